using System.Security.Cryptography;
using CacheKeeper.Verify.Cleanup;

namespace CacheKeeper.Verify.Backup;

/// <summary>R2: the real executable is killed at random moments of a backup, most of them while it writes.</summary>
internal sealed class CrashBackupCheck : ICheck
{
    public string Name => "crash backup";

    public string Goal => "SIGKILL during a backup: no file shown as complete that does not verify, no older backup touched, leftovers gone after the next run";

    public (int Smoke, int Default, int Full) Tries => (3, 60, 500);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var rig = await BackupRig.StartAsync(cancellationToken);
        await using var spot = await rig.NewAsync(run.Smoke ? 3000 : 8000, 500, cancellationToken);
        var random = new Random(run.Seed);
        var first = await spot.BackUpAsync(cancellationToken);
        run.Expect(first.Outcome == Scheduling.RunOutcome.Done, "the first backup: " + first.Reason);
        string[] create = ["backup", "create", "--whole", "--config", spot.SettingsFile()];
        var unfinished = 0;
        var aim = new KillAim(random, _ => Task.FromResult(Unfinished(spot).Length > 0));
        using (var whole = KeeperProcess.Start(create))
        {
            await aim.LearnAsync(whole, cancellationToken);
        }

        for (var number = 0; number < run.Tries; number++)
        {
            var before = Files(spot, ".point");
            using (var process = KeeperProcess.Start(create))
            {
                await aim.KillAsync(process, cancellationToken);
            }

            foreach (var (file, digest) in before)
            {
                run.Expect(File.Exists(file) && Digest(file) == digest, $"try {number}: {Path.GetFileName(file)} was touched");
            }

            unfinished += Unfinished(spot).Length;

            // The dead run's lease lasts two seconds.
            await Task.Delay(2100, cancellationToken);
            var verified = await spot.VerifyAsync(cancellationToken);
            var points = await spot.ListAsync(cancellationToken);
            run.Expect(points.Where(point => point.Point is not null).All(point => point.IsUsable), $"try {number}: a manifest is there and cannot be used: {string.Join(' ', points.Select(point => point.Problem))}");
            run.Expect(points.Count(point => point.Point is null) <= 1 + number, $"try {number}: manifests are missing");
            run.Expect(verified.Outcome == Scheduling.RunOutcome.Done || points.Any(point => point.Point is null), $"try {number}: verify says {verified.Reason}");
        }

        var last = await spot.BackUpAsync(cancellationToken);
        run.Expect(last.Outcome == Scheduling.RunOutcome.Done, "the last backup: " + last.Reason);
        run.Expect(Unfinished(spot).Length == 0, "unfinished files are left after the next run");
        run.Expect(run.Smoke || aim.Writing > run.Tries / 2, $"most kills must come while it writes: {aim.Told(run.Tries)}");
        run.Fact($"{aim.Told(run.Tries)}; {unfinished} unfinished files were found and removed by the next run");
    }

    private static string[] Unfinished(BackupSpot spot) => Directory.GetFiles(spot.Location, "*.part", SearchOption.AllDirectories);

    private static Dictionary<string, string> Files(BackupSpot spot, string suffix) => Directory.GetFiles(spot.Location, "*" + suffix, SearchOption.AllDirectories).ToDictionary(file => file, Digest);

    private static string Digest(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
}
