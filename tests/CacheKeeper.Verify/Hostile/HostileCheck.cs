using CacheKeeper.Cleanup;
using CacheKeeper.Sandbox;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Verify.Hostile;

/// <summary>R12: keys, values and categories that are attacks, in all three tiers; a category is cleaned and brought back.</summary>
internal sealed class HostileCheck : ICheck
{
    private const int Huge = 64 << 20;

    public string Name => "hostile";

    public string Goal => "hostile keys and values in three tiers: nothing outside the plan is touched, state → cleanup → undo is the state";

    public (int Smoke, int Default, int Full) Tries => (40, 2000, 50_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-hostile-").FullName;
        try
        {
            await using var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
            await RoundAsync(host, run, folder, rest: false, run.Tries, run.Smoke ? 1 << 20 : Huge, cancellationToken);

            // Upstash takes no request above its limit: huge values are for RESP.
            await RoundAsync(host, run, folder, rest: true, Math.Max(20, run.Tries / 10), 1 << 20, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RoundAsync(SandboxHost host, CheckRun run, string folder, bool rest, int count, int largest, CancellationToken cancellationToken)
    {
        var name = rest ? "hostile_rest" : "hostile_resp";
        await host.Databases.AddAsync(name, 2, cancellationToken);
        await using var place = new HostilePlace(host, name, host.Databases.OwnerUrl(name, host.PostgreSql.Port), host.Databases.KeeperUrl(name, host.PostgreSql.Port), Path.Combine(folder, name), rest);
        await place.FillAsync(count, largest, new Random(run.Seed), cancellationToken);
        var before = await place.StateAsync(cancellationToken);
        await using var state = await StateStore.OpenAsync(new StateLocation(place.StateFolder), cancellationToken);
        await using var keeper = KeeperHost.Open(place.Settings, state, TimeProvider.System, NullLoggerFactory.Instance);
        var request = new CleanupRequest(name, CleanupMode.Category, CleanupMode.Category, "hostile") { Category = HostileText.Category, FullPace = true, Overrides = new CleanupOverrides { AllowShare = 1 } };
        var record = (await keeper.Runner.RunAsync(keeper.CleanupJob(request), new JobRequest(name, RunTrigger.Manual), cancellationToken))!;
        run.Expect(record.Outcome == RunOutcome.Done, $"{name}: the cleanup ended as {record.Outcome}: {record.Reason}");
        run.Expect(!record.Reason.AsSpan().ContainsAny('\r', '\n', '\u001b'), $"{name}: the run's sentence carries a line break or a terminal code");
        var between = await place.StateAsync(cancellationToken);
        var (wrong, stayed) = (before.Where(line => line.Key.StartsWith("stays", StringComparison.Ordinal) && between.GetValueOrDefault(line.Key) != line.Value).ToList(), between.Keys.Where(key => key.StartsWith("may go", StringComparison.Ordinal)).ToList());
        run.Expect(wrong.Count == 0, $"{name}: {wrong.Count} entries outside the category were touched, such as {Shown(wrong.Select(line => line.Key))}");
        run.Expect(stayed.Count == 0, $"{name}: {stayed.Count} entries of the category stayed, such as {Shown(stayed)}");

        var undone = (await keeper.Runner.RunAsync(keeper.UndoJob(record.Run), new JobRequest(name, RunTrigger.Manual), cancellationToken))!;
        run.Expect(undone.Outcome == RunOutcome.Done, $"{name}: undo ended as {undone.Outcome}: {undone.Reason}");
        var after = await place.StateAsync(cancellationToken);
        var differ = before.Keys.Union(after.Keys).Where(key => before.GetValueOrDefault(key) != after.GetValueOrDefault(key)).ToList();
        run.Expect(differ.Count == 0, $"{name}: {differ.Count} entries are not what they were after undo, such as {Shown(differ.Select(key => $"{key} was {before.GetValueOrDefault(key)} is {after.GetValueOrDefault(key)}"))}");
        run.Fact($"{(rest ? "REST" : "RESP")}: {before.Count} entries, {before.Keys.Count(key => key.StartsWith("may go", StringComparison.Ordinal))} of the category, largest value {largest >> 20} MB");
    }

    private static string Shown(IEnumerable<string> keys) => string.Join(" | ", keys.Take(3).Select(key => key.Length > 300 ? key[..300] + "…" : key)).ReplaceLineEndings("␤");
}
