using System.Collections.Concurrent;
using System.Diagnostics;
using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.Faults;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Verify.Recovery;

/// <summary>Every job under every network fault of every tier: it ends in time, does not storm, says what it did and no more.</summary>
internal sealed class FaultsCheck : ICheck
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private const int Lanes = 4;
    private const int TriesOfACall = 3;
    private const double Slack = 1.2;

    private static readonly string[] Network = [nameof(NetworkFault.Refuse), nameof(NetworkFault.Delay), nameof(NetworkFault.Reset), nameof(NetworkFault.Half), nameof(NetworkFault.Drip), nameof(NetworkFault.Cut), nameof(NetworkFault.Garbage), "tls", "dns"];
    private static readonly string[] Http = [.. Network, TierFault.Unauthorized, TierFault.TooMany, TierFault.Broken, TierFault.BadGateway, TierFault.Unavailable, TierFault.GatewayTimeout, TierFault.Garbage, TierFault.Gzip];
    private static readonly string[] Jobs = [FixedJobs.AnalyticsCollection, FixedJobs.HealthCheck, FixedJobs.LightCleanup, FixedJobs.DeepCleanup, FixedJobs.Mem0Maintenance];

    public string Name => "faults";
    public string Goal => "a broken network before each tier, under each job: no unhandled exception, no hang beyond the deadline + 1 s, no storm of retries, nothing reported as removed that is still there";
    public (int Smoke, int Default, int Full) Tries => (15, 600, 10_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-verify-").FullName;
        try
        {
            await using var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
            var plans = new ConcurrentQueue<Try>(Plan(run));
            var tally = new FaultTally();
            await Task.WhenAll(Enumerable.Range(0, Math.Min(Lanes, run.Tries)).Select(lane => RunLaneAsync(run, host, $"faults_{lane}", Path.Combine(folder, $"state{lane}"), plans, tally, cancellationToken)));
            foreach (var fact in tally.Facts())
            {
                run.Fact(fact);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Every cell of tier × job is reached before any fault comes a second time.
    private static IEnumerable<Try> Plan(CheckRun run)
    {
        var chance = new Random(run.Seed);
        var all = from fault in Http.Index()
                  from tier in Enum.GetValues<TierName>()
                  from job in Jobs
                  let name = tier == TierName.Postgresql ? Network[fault.Index % Network.Length] : fault.Item
                  select (tier, job, name);
        var cells = all.ToList();
        return Enumerable.Range(0, run.Tries).Select(index => cells[run.Tries < cells.Count ? (int)((long)index * cells.Count / run.Tries) : index % cells.Count])
            .Select(cell => new Try(cell.tier, cell.job, cell.name, TimeSpan.FromMilliseconds(chance.Next(2) == 0 ? 0 : chance.Next(1, 60))));
    }

    private static async Task RunLaneAsync(CheckRun run, SandboxHost host, string project, string folder, ConcurrentQueue<Try> plans, FaultTally tally, CancellationToken cancellationToken)
    {
        await using var lane = await FaultLane.StartAsync(host, project, folder, cancellationToken);
        var ordinary = new Dictionary<(string, TierName), long>();
        foreach (var job in Jobs)
        {
            foreach (var (tier, requests) in await MeasureAsync(lane, job, cancellationToken))
            {
                ordinary[(job, tier)] = requests;
            }
        }

        while (plans.TryDequeue(out var one))
        {
            await TryAsync(run, lane, one, ordinary[(one.Job, one.Tier)], tally, cancellationToken);
        }
    }

    private static async Task<Dictionary<TierName, long>> MeasureAsync(FaultLane lane, string job, CancellationToken cancellationToken)
    {
        await lane.AgeAsync(cancellationToken);
        using var logs = new ErrorLogs();
        await using var keeper = lane.Open(TierName.Mem0, "", logs, TimeProvider.System);
        await keeper.Runner.RunAsync(JobCatalogHost.Create(job, keeper), new JobRequest(lane.Project, RunTrigger.Manual) { Name = job }, cancellationToken);
        return keeper.Tiers.ToDictionary(tier => tier.Name, tier => tier.Meter.Requests);
    }

    private static async Task TryAsync(CheckRun run, FaultLane lane, Try one, long ordinary, FaultTally tally, CancellationToken cancellationToken)
    {
        var before = await lane.AgeAsync(cancellationToken);
        using var logs = new ErrorLogs();
        await using var keeper = lane.Open(one.Tier, one.Fault, logs, TimeProvider.System);
        var begun = Stopwatch.StartNew();
        if (one.After == TimeSpan.Zero)
        {
            lane.Break(one.Tier, one.Fault);
        }

        var running = keeper.Runner.RunAsync(JobCatalogHost.Create(one.Job, keeper), new JobRequest(lane.Project, RunTrigger.Manual) { Name = one.Job }, cancellationToken);
        if (one.After > TimeSpan.Zero)
        {
            await Task.Delay(one.After, cancellationToken);
            lane.Break(one.Tier, one.Fault);
        }

        RunRecord? record = null;
        try
        {
            record = await running;
        }
        catch (Exception e)
        {
            run.Offend($"{one}: {e.GetType().Name} left the runner: {e.Message}");
        }

        begun.Stop();
        lane.Mend(one.Tier);
        var after = await lane.CountAsync(cancellationToken);
        var meter = keeper.Tiers.First(tier => tier.Name == one.Tier).Meter;

        // Requests count what was answered, retries what was tried again, answered or not: the larger tells how often the tier was asked.
        var asked = Math.Max(meter.Requests, meter.Retries + 1);
        tally.Add(one, record, begun.Elapsed);
        run.Expect(run.Smoke || begun.Elapsed <= Deadline + TimeSpan.FromSeconds(1), $"{one}: took {begun.Elapsed.TotalSeconds:0.0} s");
        run.Expect(asked <= Math.Max(ordinary, 1) * TriesOfACall * Slack, $"{one}: {asked} requests, {ordinary} in good weather");
        run.Expect(logs.Unexpected.IsEmpty, $"{one}: {string.Join("; ", logs.Unexpected)}");
        run.Expect(before.Others == after.Others, $"{one}: another project's rows changed");
        var removed = record?.Actual?["removed"]?.GetValue<long>() ?? 0;
        run.Expect(removed <= before.Own - after.Own, $"{one}: {removed} reported as removed, {before.Own - after.Own} are gone");
    }
}

/// <summary>One try: which tier is broken how, under which job, how long after its start.</summary>
internal sealed record Try(TierName Tier, string Job, string Fault, TimeSpan After)
{
    public override string ToString() => $"{Tier.Word()} {Fault} after {After.TotalMilliseconds:0} ms in {Job}";
}
