using CacheKeeper.Cleanup;
using CacheKeeper.Storage;

namespace CacheKeeper.Verify.Cleanup;

/// <summary>R1: the real executable is killed at random moments of a cleanup.</summary>
internal sealed class CrashCleanupCheck : ICheck
{
    public string Name => "crash cleanup";

    public string Goal => "SIGKILL during cleanup: nothing gone that might not go, everything gone is on a receipt, the next run converges, undo brings all back";

    public (int Smoke, int Default, int Full) Tries => (3, 60, 500);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var rig = await CleanupRig.StartAsync(cancellationToken);
        var random = new Random(run.Seed);
        var killed = 0;
        for (var number = 0; number < run.Tries; number++)
        {
            killed += await TryAsync(rig, run, number, new Random(random.Next()), cancellationToken) ? 1 : 0;
        }

        run.Fact($"{killed} of {run.Tries} kills came while the process was still running");
    }

    private static async Task<bool> TryAsync(CleanupRig rig, CheckRun run, int number, Random random, CancellationToken cancellationToken)
    {
        await using var place = await rig.NewAsync(3000, 0.5, random, cancellationToken);
        var before = await place.RowsAsync(cancellationToken);
        var mayGo = await place.MayGoAsync(cancellationToken);
        string[] cleanup = ["cleanup", "light", "--allow-share", "100%", "--config", place.SettingsFile()];
        using var process = KeeperProcess.Start(cleanup);
        await Task.Delay(random.Next(200, 900), cancellationToken);
        var alive = !process.HasExited;
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);

        await CheckAsync(place, run, $"try {number}, after the kill", before, mayGo, cancellationToken);

        // When the dead run's lease has ended, the next run must finish the work.
        await EndLeasesAsync(place, cancellationToken);
        var (code, output) = await KeeperProcess.RunAsync(cleanup, cancellationToken);
        run.Expect(code == 0, $"try {number}: the next run ended with {code}: {output}");
        run.Expect((await place.MayGoAsync(cancellationToken)).Count == 0, $"try {number}: expired rows are left after the next run");
        await CheckAsync(place, run, $"try {number}, after the next run", before, mayGo, cancellationToken);
        await UndoAllAsync(place, run, number, before, cancellationToken);
        return alive;
    }

    // Time that passes, without waiting: a lease short enough to wait for is lost on a busy machine too.
    private static async Task EndLeasesAsync(CleanupPlace place, CancellationToken cancellationToken)
    {
        await using var state = await StateStore.OpenAsync(new StateLocation(place.StateFolder), cancellationToken);
        await state.ExecuteAsync("UPDATE leases SET expires_at = 0", null, cancellationToken);
    }

    private static async Task CheckAsync(CleanupPlace place, CheckRun run, string when, Dictionary<long, string> before, HashSet<long> mayGo, CancellationToken cancellationToken)
    {
        var now = await place.RowsAsync(cancellationToken);
        var gone = before.Keys.Except(now.Keys).ToHashSet();
        var receipted = await ReceiptedAsync(place, cancellationToken);
        run.Expect(gone.IsSubsetOf(mayGo), $"{when}: {gone.Except(mayGo).Count()} rows are gone that might not go");
        run.Expect(gone.IsSubsetOf(receipted), $"{when}: {gone.Except(receipted).Count()} rows are gone without a receipt");
        run.Expect(now.All(row => before.TryGetValue(row.Key, out var text) && text == row.Value), $"{when}: a row that stayed was changed");
    }

    private static async Task<HashSet<long>> ReceiptedAsync(CleanupPlace place, CancellationToken cancellationToken)
    {
        var ids = new HashSet<long>();
        await using var state = await StateStore.OpenAsync(new StateLocation(place.StateFolder), cancellationToken);
        var receipts = new ReceiptStore(state);
        foreach (var name in await state.QueryAsync<string>("SELECT run FROM receipts", null, cancellationToken))
        {
            foreach (var frame in receipts.Read((await receipts.FindAsync(place.Project, name, cancellationToken))!))
            {
                ids.UnionWith(frame.Select(entry => long.Parse(entry.Head.Id)));
            }
        }

        return ids;
    }

    private static async Task UndoAllAsync(CleanupPlace place, CheckRun run, int number, Dictionary<long, string> before, CancellationToken cancellationToken)
    {
        List<string> names;
        await using (var state = await StateStore.OpenAsync(new StateLocation(place.StateFolder), cancellationToken))
        {
            names = [.. await state.QueryAsync<string>("SELECT run FROM receipts ORDER BY run DESC", null, cancellationToken)];
        }

        foreach (var name in names)
        {
            var (code, output) = await KeeperProcess.RunAsync(["cleanup", "undo", name, "--config", place.SettingsFile()], cancellationToken);
            run.Expect(code == 0, $"try {number}: undo {name} ended with {code}: {output}");
        }

        var after = await place.RowsAsync(cancellationToken);
        run.Expect(after.Count == before.Count && after.All(row => before[row.Key] == row.Value), $"try {number}: after undo the table is not what it was");
    }
}
