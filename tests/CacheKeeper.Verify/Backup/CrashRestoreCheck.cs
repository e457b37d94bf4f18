using CacheKeeper.Verify.Cleanup;

namespace CacheKeeper.Verify.Backup;

/// <summary>R3: the real executable is killed at random moments of a restore, most of them while it writes, under a reader.</summary>
internal sealed class CrashRestoreCheck : ICheck
{
    private const int Keys = 600;

    public string Name => "crash restore";

    public string Goal => "SIGKILL during a restore: the table is as before or as in the backup, no reader sees it half restored, repeating the restore ends bit-exact";

    public (int Smoke, int Default, int Full) Tries => (3, 60, 500);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var rig = await BackupRig.StartAsync(cancellationToken);
        await using var spot = await rig.NewAsync(run.Smoke ? 3000 : 8000, Keys, cancellationToken);
        var random = new Random(run.Seed);
        var made = await spot.BackUpAsync(cancellationToken);
        run.Expect(made.Outcome == Scheduling.RunOutcome.Done, "the backup: " + made.Reason);
        var point = made.Actual!["point"]!.ToString();
        var (rows, keys, all) = (await spot.RowsAsync(cancellationToken), await spot.KeysAsync(Keys), await spot.CountAsync(cancellationToken));
        string[] restore = ["backup", "restore", point, "--without-safety-copy", "--config", spot.SettingsFile()];
        var between = 0;
        var aim = new KillAim(random, spot.IsWrittenAsync);
        await spot.WipeAsync(Keys, cancellationToken);
        using (var whole = KeeperProcess.Start(restore))
        {
            await aim.LearnAsync(whole, cancellationToken);
        }

        for (var number = 0; number < run.Tries; number++)
        {
            // Every other try the table is empty, else half of it is gone and a part differs.
            await (number % 2 == 0
                ? spot.WipeAsync(Keys, cancellationToken)
                : spot.SqlAsync($"DELETE FROM cache_entries WHERE project_name = '{spot.Project}' AND id % 2 = 0; UPDATE cache_entries SET response_text = 'changed' WHERE project_name = '{spot.Project}' AND id % 10 = 1", cancellationToken));
            await spot.WipeRedisAsync(Keys);
            var (before, stood) = (await spot.RowsAsync(cancellationToken), await spot.CountAsync(cancellationToken));
            using (var process = KeeperProcess.Start(restore))
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var reader = ReadAsync(spot, run, number, stood, all, stop.Token);
                await aim.KillAsync(process, cancellationToken);
                await stop.CancelAsync();
                await reader;
            }

            var after = await spot.RowsAsync(cancellationToken);
            run.Expect(after == before || after == rows, $"try {number}: the table is neither as before nor as in the backup");
            between += after == rows ? 0 : 1;
            await Task.Delay(2100, cancellationToken);
            var again = await spot.RestoreAsync(cancellationToken, point);
            run.Expect(again.Outcome == Scheduling.RunOutcome.Done, $"try {number}: repeating it: {again.Reason}");
            run.Expect(await spot.RowsAsync(cancellationToken) == rows, $"try {number}: rows are not bit-exact after repeating it");
            var now = await spot.KeysAsync(Keys);
            run.Expect(now.Count == keys.Count && keys.All(pair => now.GetValueOrDefault(pair.Key) == pair.Value), $"try {number}: keys are not bit-exact after repeating it");
        }

        run.Expect(run.Smoke || aim.Writing > run.Tries / 2, $"most kills must come while it writes: {aim.Told(run.Tries)}");
        run.Fact($"{aim.Told(run.Tries)}; {between} came before PostgreSQL's commit");
    }

    // A reader sees all of the old rows or all of the new ones, nothing between.
    private static async Task ReadAsync(BackupSpot spot, CheckRun run, int number, long before, long after, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var count = await spot.CountAsync(stop);
                run.Expect(count == before || count == after, $"try {number}: a reader saw {count} rows, neither {before} nor {after}");
                await Task.Delay(10, stop);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
