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
            var (ours, rival) = await Duel.FightAsync(
                async () =>
                {
                    await using var table = await tables.CopyAsync(name, cancellationToken);
                    return await SweepRun.OursAsync(table, Duel.Entries, cancellationToken);
                },
                async () =>
                {
                    await using var table = await tables.CopyAsync(name, cancellationToken);
                    return await SweepRun.OneStatementAsync(table, Duel.Entries, cancellationToken);
                });
            Report(figures, $"{share} % of {Duel.Entries.ToString("N0", CultureInfo.InvariantCulture)} rows", ours, rival);
        }
    }

    private static void Report(Figures figures, string what, List<SweepRun> ours, List<SweepRun> rival)
    {
        figures.AddRatio($"P1 removing {what}, rows/s", [.. ours.Select(run => run.Rows / run.ActSeconds)], [.. rival.Select(run => run.RowsPerSecond)], 0.8, note: "batches with receipts, from a stored plan");
        figures.AddRatio($"P1 looking, planning and removing {what}, rows/s", [.. ours.Select(run => run.RowsPerSecond)], [.. rival.Select(run => run.RowsPerSecond)], 0.8, note: "the whole run, ledger included");
        figures.AddRatio($"P2 longest wait of a reader, {what}, ms", [.. ours.Select(run => run.ReaderMax)], [.. rival.Select(run => run.ReaderMax)], 0.5, true);
        figures.AddRatio($"P2 p99 wait of a reader, {what}, ms", [.. ours.Select(run => run.ReaderP99)], [.. rival.Select(run => run.ReaderP99)], 1.0, true);
        figures.Add($"P2 longest transaction, {what}, ms", Duel.Median(ours.Select(run => run.Batches.Max() * 1000)), 250, null, true, $"{ours[0].Batches.Count} batches");
        figures.AddRatio($"P4 WAL a row, {what}, bytes", [.. ours.Select(run => run.WalBytes / run.Rows)], [.. rival.Select(run => run.WalBytes / run.Rows)], 1.05, true);
    }
}
