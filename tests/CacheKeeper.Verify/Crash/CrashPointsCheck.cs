using CacheKeeper.Sandbox;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Verify.Crash;

/// <summary>R4: every n-th operation on a tier, a receipt or the state breaks, n = 1, 2, … to the end of each scenario, for good and once.</summary>
internal sealed class CrashPointsCheck : ICheck
{
    public string Name => "crashpoints";

    public string Goal => "every n-th store, file or tier operation of cleanup and undo fails: nothing gone that might not go or without receipt, the next run converges, undo brings all back";

    public (int Smoke, int Default, int Full) Tries => (24, 5000, 20_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var root = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), "cachekeeper-crash-" + Path.GetRandomFileName())).FullName;
        try
        {
            await using var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(root, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
            var points = new SortedDictionary<string, int>();
            for (var (tries, round) = (0, 0); tries < run.Tries; round++)
            {
                tries += await RoundAsync(host, run, Path.Combine(root, $"round_{round}"), $"crash_{round}", run.Tries - tries, points, cancellationToken);
            }

            run.Fact("broken at: " + string.Join(", ", points.Select(point => $"{point.Key} {point.Value}")));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    // One round is every point of every scenario once; in the smoke run, points spread over all of them.
    private static async Task<int> RoundAsync(SandboxHost host, CheckRun run, string folder, string project, int most, SortedDictionary<string, int> points, CancellationToken cancellationToken)
    {
        await host.Databases.AddAsync(project, 2, cancellationToken);
        await using var place = new CrashPlace(host, project, folder);
        await place.FillAsync(cancellationToken);
        var before = await place.LinesAsync(cancellationToken);
        var (tries, stride) = (0, run.Smoke ? 17 : 1);
        foreach (var (undoing, once, full) in (IEnumerable<(bool, bool, bool)>)[(false, false, false), (false, true, true), (true, false, false), (true, true, false), (false, false, true), (false, true, false)])
        {
            for (var at = 1; tries < most; at += stride, tries++)
            {
                var clock = new CrashClock(at, once);
                var label = $"{(undoing ? "undo" : "cleanup")}, operation {at}, {(once ? "once" : "for good")}";
                await TryAsync(place, run, label, undoing, full, clock, before, cancellationToken);
                if (!clock.Fired)
                {
                    break;
                }

                points[clock.Where] = points.GetValueOrDefault(clock.Where) + 1;
            }
        }

        return tries;
    }

    private static async Task TryAsync(CrashPlace place, CheckRun run, string label, bool undoing, bool full, CrashClock clock, Dictionary<string, string> before, CancellationToken cancellationToken)
    {
        if (undoing)
        {
            await FinishAsync(place, run, label, full, cancellationToken);
            foreach (var receipt in await place.BuryAsync(cancellationToken))
            {
                await place.RunAsync(keeper => CrashPlace.Undo(keeper, receipt), clock, cancellationToken);
            }
        }
        else
        {
            await place.RunAsync(keeper => place.Cleanup(keeper, full), clock, cancellationToken);
        }

        await CheckAsync(place, run, $"{label} ({clock.Where})", before, cancellationToken);
        if (!undoing)
        {
            await FinishAsync(place, run, label, full, cancellationToken);
            run.Expect(!(await place.LinesAsync(cancellationToken)).Keys.Any(key => key.StartsWith("going", StringComparison.Ordinal)), $"{label}: the next run left entries of the plan");
        }

        foreach (var receipt in await place.BuryAsync(cancellationToken))
        {
            var undone = await place.RunAsync(keeper => CrashPlace.Undo(keeper, receipt), new CrashClock(0, once: true), cancellationToken);
            run.Expect(undone?.Outcome is RunOutcome.Done or RunOutcome.NothingToDo, $"{label}: undo ended as {undone?.Outcome}: {undone?.Reason}");
        }

        var after = await place.LinesAsync(cancellationToken);
        var differ = before.Keys.Union(after.Keys).Where(key => before.GetValueOrDefault(key) != after.GetValueOrDefault(key)).ToList();
        run.Expect(differ.Count == 0, $"{label} ({clock.Where}): after undo {differ.Count} entries are not what they were, such as {differ.FirstOrDefault()}");
    }

    private static async Task FinishAsync(CrashPlace place, CheckRun run, string label, bool full, CancellationToken cancellationToken)
    {
        await place.BuryAsync(cancellationToken);
        var record = await place.RunAsync(keeper => place.Cleanup(keeper, full), new CrashClock(0, once: true), cancellationToken);
        run.Expect(record?.Outcome is RunOutcome.Done or RunOutcome.NothingToDo, $"{label}: the next run ended as {record?.Outcome}: {record?.Reason}");
    }

    private static async Task CheckAsync(CrashPlace place, CheckRun run, string label, Dictionary<string, string> before, CancellationToken cancellationToken)
    {
        var now = await place.LinesAsync(cancellationToken);
        var gone = before.Keys.Except(now.Keys).ToHashSet();
        run.Expect(gone.All(key => key.StartsWith("going", StringComparison.Ordinal)), $"{label}: {gone.Count(key => !key.StartsWith("going", StringComparison.Ordinal))} entries are gone that might not go");
        run.Expect(gone.IsSubsetOf(await place.ReceiptedAsync(cancellationToken)), $"{label}: entries are gone without a receipt");
        run.Expect(now.All(line => before.GetValueOrDefault(line.Key) == line.Value), $"{label}: an entry that stands was changed");
    }
}
