using System.Diagnostics;
using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using ZstdSharp;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>What one way to remove the expired rows of a table came to.</summary>
internal sealed record SweepRun(double Seconds, long Rows)
{
    public double RowsPerSecond => Rows / Seconds;

    /// <summary>Without looking and planning.</summary>
    public double ActSeconds { get; init; }

    /// <summary>One a batch, in order.</summary>
    public IReadOnlyList<double> Batches { get; init; } = [];

    public double WalBytes { get; init; }

    public double ReaderP99 { get; init; }

    public double ReaderMax { get; init; }

    /// <summary>A light cleanup as an operator's, at full pace: plan, guards, batches, receipt, ledger.</summary>
    public static Task<SweepRun> OursAsync(SweepTable table, int readerRows, CancellationToken cancellationToken) => CleanAsync(table, readerRows, full: true, cancellationToken);

    /// <summary>The same at the pace it has by default.</summary>
    public static Task<SweepRun> PolitelyAsync(SweepTable table, int readerRows, CancellationToken cancellationToken) => CleanAsync(table, readerRows, full: false, cancellationToken);

    private static Task<SweepRun> CleanAsync(SweepTable table, int readerRows, bool full, CancellationToken cancellationToken) => MeasureAsync(table, readerRows, async () =>
    {
        await using var state = await StateStore.OpenAsync(new StateLocation(table.State), cancellationToken);
        TimedTier? timed = null;
        await using var keeper = KeeperHost.Open(table.Settings, state, TimeProvider.System, NullLoggerFactory.Instance, [.. TierHost.Create(table.Settings, TimeProvider.System).Select(tier => timed = new TimedTier(tier))]);
        var request = new CleanupRequest(SweepTables.Project, CleanupMode.Light, CleanupMode.Light, "measured") { FullPace = full, Overrides = new CleanupOverrides { AllowShare = 1 } };
        var begun = Stopwatch.GetTimestamp();
        var record = await keeper.Runner.RunAsync(keeper.CleanupJob(request), new JobRequest(SweepTables.Project, RunTrigger.Manual), cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return record?.Outcome == RunOutcome.Done
            ? new SweepRun(seconds, 0) { ActSeconds = timed!.ActSeconds, Batches = timed.RemovalSeconds }
            : throw new InvalidOperationException($"the cleanup ended as {record?.Outcome}: {record?.Reason}");
    }, cancellationToken);

    /// <summary>The plain way: one statement, no plan, no receipt, no way back.</summary>
    public static Task<SweepRun> OneStatementAsync(SweepTable table, int readerRows, CancellationToken cancellationToken) => MeasureAsync(table, readerRows, async () =>
    {
        var begun = Stopwatch.GetTimestamp();
        await table.ExecuteAsync($"DELETE FROM cache_entries WHERE {SweepTable.Expired}", cancellationToken);
        return new SweepRun(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0);
    }, cancellationToken);

    /// <summary>One statement that keeps what it removes: its rows through Zstandard (level 1, as a receipt's) into a file that is on the disk before the commit. No plan, no proof of identity, one lock from end to end.</summary>
    public static Task<SweepRun> OneStatementKeptAsync(SweepTable table, int readerRows, CancellationToken cancellationToken) => MeasureAsync(table, readerRows, async () =>
    {
        var begun = Stopwatch.GetTimestamp();
        await using var connection = await table.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var file = new FileStream(Path.GetTempFileName(), new FileStreamOptions { Access = FileAccess.Write, Mode = FileMode.Open, Options = FileOptions.DeleteOnClose });
        await using (var gone = await connection.BeginRawBinaryCopyAsync($"COPY (DELETE FROM cache_entries WHERE {SweepTable.Expired} RETURNING *) TO STDOUT (FORMAT binary)", cancellationToken))
        await using (var compressed = new CompressionStream(file, level: 1, leaveOpen: true))
        {
            await gone.CopyToAsync(compressed, cancellationToken);
        }

        file.Flush(flushToDisk: true);
        await transaction.CommitAsync(cancellationToken);
        return new SweepRun(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0);
    }, cancellationToken);

    /// <summary>What is often written: oldest first, limit n, again, until nothing is left or time is up.</summary>
    public static Task<SweepRun> RestartLimitAsync(SweepTable table, TimeSpan limit, CancellationToken cancellationToken) => MeasureAsync(table, 0, async () =>
    {
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < limit && await table.ExecuteAsync(
            $"DELETE FROM cache_entries WHERE id IN (SELECT id FROM cache_entries WHERE optimization_level = 0 AND {SweepTable.Expired} ORDER BY expires_at LIMIT 5000)", cancellationToken) > 0)
        {
        }

        return new SweepRun(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0);
    }, cancellationToken);

    private static async Task<SweepRun> MeasureAsync(SweepTable table, int readerRows, Func<Task<SweepRun>> way, CancellationToken cancellationToken)
    {
        const string Count = $"SELECT count(*) FROM cache_entries WHERE {SweepTable.Expired}";
        var before = await table.AskAsync<long>(Count, cancellationToken);
        using var readers = readerRows > 0 ? await ReaderProbe.StartAsync(table.OwnerConnection, readerRows, cancellationToken) : null;
        var log = await table.AskAsync<string>("SELECT pg_current_wal_lsn()::text", cancellationToken);
        await (readers?.BeginAsync(cancellationToken) ?? Task.CompletedTask);
        var run = await way();
        var (p99, max) = readers is null ? (0, 0) : await readers.EndAsync(cancellationToken);
        var written = await table.AskAsync<double>($"SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '{log}')::float8", cancellationToken);
        return run with { Rows = before - await table.AskAsync<long>(Count, cancellationToken), WalBytes = written, ReaderP99 = p99, ReaderMax = max };
    }
}
