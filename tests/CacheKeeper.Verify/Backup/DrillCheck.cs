using CacheKeeper.Backup;

namespace CacheKeeper.Verify.Backup;

/// <summary>R13: everything is backed up, wiped and restored, and compared by hand.</summary>
internal sealed class DrillCheck : ICheck
{
    public string Name => "drill";

    public string Goal => "back up N entries a tier, wipe, restore: every column, value, type and expiry equal, indexes and sequence too; then a drill proves the same";

    public (int Smoke, int Default, int Full) Tries => (2000, 100_000, 1_000_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var rig = await BackupRig.StartAsync(cancellationToken);
        await using var spot = await rig.NewAsync(run.Tries, run.Tries, cancellationToken);
        var (rows, keys, sequence) = (await spot.RowsAsync(cancellationToken), await spot.KeysAsync(run.Tries), await spot.SequenceAsync(cancellationToken));
        var begun = System.Diagnostics.Stopwatch.StartNew();
        var made = await spot.BackUpAsync(cancellationToken);
        run.Expect(made.Outcome == Scheduling.RunOutcome.Done, "the backup: " + made.Reason);
        run.Fact($"backup {begun.Elapsed.TotalSeconds:F1} s: {made.Reason}");
        await spot.WipeAsync(run.Tries, cancellationToken);
        begun.Restart();
        var restored = await spot.RestoreAsync(cancellationToken);
        run.Expect(restored.Outcome == Scheduling.RunOutcome.Done, "the restore: " + restored.Reason);
        run.Fact($"restore {begun.Elapsed.TotalSeconds:F1} s: {restored.Reason}");
        run.Expect(await spot.RowsAsync(cancellationToken) == rows, "rows or indexes differ");
        run.Expect(await spot.SequenceAsync(cancellationToken) >= sequence, "the sequence went back");
        var now = await spot.KeysAsync(run.Tries);
        run.Expect(now.Count == keys.Count, $"{keys.Count - now.Count} keys are missing");
        var different = keys.Count(pair => now.GetValueOrDefault(pair.Key) != pair.Value);
        run.Expect(different == 0, $"{different} keys differ in type, value or expiry");
        begun.Restart();
        var drill = await spot.RunAsync(keeper => new DrillJob(keeper.Backups, null), cancellationToken);
        run.Expect(drill.Outcome == Scheduling.RunOutcome.Done, "the drill: " + drill.Reason);
        run.Fact($"drill {begun.Elapsed.TotalSeconds:F1} s: {drill.Reason}");
        run.Fact($"peak memory of this process {System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB, the sandbox's servers in it included");
    }
}
