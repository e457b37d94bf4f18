using CacheKeeper.Cleanup;
using CacheKeeper.Health;
using CacheKeeper.Metrics;
using CacheKeeper.Recovery;
using CacheKeeper.Scheduling;

namespace CacheKeeper;

/// <summary>The recovery of one project, put together from its settings and parts, and its loop in the daemon.</summary>
internal sealed class RecoveryHost
{
    private static readonly TimeSpan HitsNoOlderThan = TimeSpan.FromMinutes(45);

    private readonly KeeperHost _keeper;
    private readonly ILogger _log;

    public RecoveryHost(KeeperHost keeper, ILogger log)
    {
        (_keeper, _log) = (keeper, log);
        var policy = keeper.Settings.Recovery;
        var samples = new SampleStore(keeper.State);
        var sources = new RecoverySources(keeper.Tiers, keeper.Settings.Health, keeper.State.Location.Directory, (now, cancel) => HitsAsync(samples, now, cancel))
        {
            RedisLimit = keeper.Settings.Upstash.LimitBytes,
            Jobs = FixedJobs.All.Select(job => job.Name).Where(JobCatalogHost.IsAvailable).ToHashSet(),
        };
        Incidents = new IncidentStore(keeper.State);
        Service = new RecoveryService(
            new RecoveryParts
            {
                Issues = IssueCatalogue.All,
                Look = new RecoveryLookService(sources, new HealthStore(keeper.State), keeper.Time),
                Incidents = Incidents,
                Directives = keeper.Directives,
                Freezes = keeper.Freezes,
                Leases = keeper.Leases,
                Lease = keeper.Settings.Scheduling.Lease,
                Repairs = new RepairRunner(keeper.Tiers, RunJobAsync, policy),
                Node = KeeperHost.Node,
                Log = log,
            },
            policy,
            keeper.Project,
            keeper.Time);
    }

    public RecoveryService Service { get; }

    public IncidentStore Incidents { get; }

    /// <summary>Looks, closely while something is wrong, until cancelled. A look that fails is told in the log and the next one comes.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var policy = _keeper.Settings.Recovery;
        while (!stop.IsCancellationRequested && policy.Enabled)
        {
            var wait = policy.LookCloselyEvery;
            try
            {
                wait = (await Service.LookAsync(stop)).IsUneasy ? policy.LookCloselyEvery : policy.LookEvery;
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                _log.LogError(e, "Recovery of {Project} could not look; it looks again", _keeper.Project);
            }

            await Task.Delay(wait, _keeper.Time, stop);
        }
    }

    private async Task<(double Ratio, double LookupsAnHour)?> HitsAsync(SampleStore samples, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var latest = await samples.LatestAsync(_keeper.Project, now - HitsNoOlderThan, cancellationToken);
        return latest.TryGetValue("hit_ratio", out var ratio) && latest.TryGetValue("lookups", out var lookups) ? (ratio.Value, lookups.Value) : null;
    }

    private async Task<string> RunJobAsync(Repair repair, CancellationToken cancellationToken)
    {
        var (name, job) = repair switch
        {
            Repair.RunJob run => (run.Job, JobCatalogHost.Create(run.Job, _keeper)),
            Repair.FreeBytes free => ("memory-cleanup", (IJob)_keeper.CleanupJob(
                new CleanupRequest(_keeper.Project, CleanupMode.Aggressive, CleanupMode.Aggressive, $"Recovery {free.Sentence}.") { OnlyTiers = [free.Tier], FreeBytes = free.Bytes }, "memory-cleanup")),
            _ => throw new ArgumentOutOfRangeException(nameof(repair), repair, "no job"),
        };
        var record = await _keeper.Runner.RunAsync(job, new JobRequest(_keeper.Project, RunTrigger.AutoAction) { Name = name }, cancellationToken);
        return record is null ? $"{name} was run by another keeper." : $"{name} ({record.Run}): {RunRow.Word(record.Outcome ?? RunOutcome.Failed).Replace('_', ' ')}. {record.Reason}";
    }
}
