using System.Globalization;

namespace CacheKeeper.Benchmarks.Sweeps;

/// <summary>P1, P2, P4: a light cleanup of PostgreSQL beside one DELETE statement, with readers at work.</summary>
internal sealed class ExpiredRowsMeasurement : IMeasurement
{
    public string Name => "expired-rows";

    public string Summary => "A light cleanup with plan, guards and receipt beside one DELETE statement at 10 % and 50 % expired: rows a second, the readers' waits, WAL";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var tables = await SweepTables.StartAsync(cancellationToken);
        foreach (var share in (IEnumerable<int>)[10, 50])
        {
            var name = $"expired_{share}";
            await tables.FillAsync(name, Duel.Entries, share, cancellationToken);
            var what = $"{share} % of {Duel.Entries.ToString("N0", CultureInfo.InvariantCulture)} rows";
            var (ours, rival) = await FightAsync(tables, name, SweepRun.OursAsync, SweepRun.OneStatementAsync, cancellationToken);
            ReportSpeed(figures, what, ours, rival);
            ReportReaders(figures, $"{what}, full pace", ours, rival);
            (ours, rival) = await FightAsync(tables, name, SweepRun.PolitelyAsync, SweepRun.OneStatementAsync, cancellationToken);
            ReportReaders(figures, $"{what}, default pace", ours, rival);
            (ours, rival) = await FightAsync(tables, name, SweepRun.OursAsync, SweepRun.OneStatementKeptAsync, cancellationToken);
            figures.AddRatio($"P1 removing {what}, rows/s, beside a statement that keeps them", [.. ours.Select(run => run.Rows / run.ActSeconds)], [.. rival.Select(run => run.RowsPerSecond)], 0.8, note: "both with a receipt on the disk before the commit");
            ReportReaders(figures, $"{what}, full pace, beside a statement that keeps them", ours, rival);
        }
    }

    private static Task<(List<SweepRun> Ours, List<SweepRun> Rival)> FightAsync(
        SweepTables tables, string name, Func<SweepTable, int, CancellationToken, Task<SweepRun>> way, Func<SweepTable, int, CancellationToken, Task<SweepRun>> rival, CancellationToken cancellationToken)
    {
        async Task<SweepRun> OnACopyAsync(Func<SweepTable, int, CancellationToken, Task<SweepRun>> run)
        {
            await using var table = await tables.CopyAsync(name, cancellationToken);
            return await run(table, Duel.Entries, cancellationToken);
        }

        return Duel.FightAsync(() => OnACopyAsync(way), () => OnACopyAsync(rival));
    }

    private static void ReportSpeed(Figures figures, string what, List<SweepRun> ours, List<SweepRun> rival)
    {
        figures.AddRatio($"P1 removing {what}, rows/s", [.. ours.Select(run => run.Rows / run.ActSeconds)], [.. rival.Select(run => run.RowsPerSecond)], 0.8, note: "batches with receipts, from a stored plan");
        figures.AddRatio($"P1 looking, planning and removing {what}, rows/s", [.. ours.Select(run => run.RowsPerSecond)], [.. rival.Select(run => run.RowsPerSecond)], 0.8, note: "the whole run, ledger included");
        figures.AddRatio($"P4 WAL a row, {what}, bytes", [.. ours.Select(run => run.WalBytes / run.Rows)], [.. rival.Select(run => run.WalBytes / run.Rows)], 1.05, true);
    }

    private static void ReportReaders(Figures figures, string what, List<SweepRun> ours, List<SweepRun> rival)
    {
        // The one statement is over long before a paced cleanup is: fewer lookups, and less time to meet whatever else the machine does.
        var spans = $"over {Duel.Median(ours.Select(run => run.Seconds)):0.0} s beside {Duel.Median(rival.Select(run => run.Seconds)):0.0}";
        figures.AddRatio($"P2 longest wait of a reader, {what}, ms", [.. ours.Select(run => run.ReaderMax)], [.. rival.Select(run => run.ReaderMax)], 0.5, true, spans);
        figures.AddRatio($"P2 p99 wait of a reader, {what}, ms", [.. ours.Select(run => run.ReaderP99)], [.. rival.Select(run => run.ReaderP99)], 1.0, true, spans);
        figures.Add($"P2 longest transaction, {what}, ms", Duel.Median(ours.Select(run => run.Batches.Max() * 1000)), 250, null, true, $"{ours[0].Batches.Count} batches");
    }
}
