namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>P3: a light cleanup of half the rows while somebody holds an old snapshot, beside itself without one and beside "oldest first, limit n, again".</summary>
internal sealed class HeldSnapshotMeasurement : IMeasurement
{
    private const string Table = "held";

    public string Name => "held-snapshot";

    public string Summary => "Removing 50 % of the rows under a held snapshot: beside the same without one, its last batches beside its first, and restart-LIMIT";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var tables = await SweepTables.StartAsync(cancellationToken);
        await tables.FillAsync(Table, Duel.Entries, 50, cancellationToken);
        var (held, free) = await Duel.FightAsync(() => HeldAsync(tables, SweepRun.OursAsync, cancellationToken), async () =>
        {
            await using var table = await tables.CopyAsync(Table, cancellationToken);
            return await SweepRun.OursAsync(table, 0, cancellationToken);
        });
        figures.AddRatio("P3 whole run with a held snapshot, s", [.. held.Select(run => run.Seconds)], [.. free.Select(run => run.Seconds)], 1.5, true);
        figures.AddRatio("P3 last quarter of its batches beside the first, s", [.. held.Select(run => Quarter(run, last: true))], [.. held.Select(run => Quarter(run, last: false))], 1.5, true);
        var limit = TimeSpan.FromSeconds(Math.Max(20, 15 * Duel.Median(held.Select(run => run.Seconds))));
        var restart = await HeldAsync(tables, (table, _, token) => SweepRun.RestartLimitAsync(table, limit, token), cancellationToken);
        var large = Duel.Entries >= 1_000_000;
        figures.Add(
            "P3 times faster than restart-LIMIT", Duel.Median(held.Select(run => run.Rows / run.ActSeconds)) / restart.RowsPerSecond, large ? 10 : null, null, false,
            large ? $"stopped after {restart.Seconds:0} s, {restart.Rows:N0} rows" : "judged at a million rows: the rival is quadratic");
    }

    private static async Task<SweepRun> HeldAsync(SweepTables tables, Func<SweepTable, int, CancellationToken, Task<SweepRun>> way, CancellationToken cancellationToken)
    {
        await using var table = await tables.CopyAsync(Table, cancellationToken);
        await using var holder = await table.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using (var look = new Npgsql.NpgsqlCommand("SELECT count(*) FROM cache_entries", holder))
        {
            await look.ExecuteScalarAsync(cancellationToken);
        }

        return await way(table, 0, cancellationToken);
    }

    private static double Quarter(SweepRun run, bool last)
    {
        var quarter = Math.Max(1, run.Batches.Count / 4);
        return last ? run.Batches.TakeLast(quarter).Sum() : run.Batches.Take(quarter).Sum();
    }
}
