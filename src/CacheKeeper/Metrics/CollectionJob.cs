using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>Looks at every tier and keeps the numbers.</summary>
internal sealed class CollectionJob(IReadOnlyList<ITier> tiers, SnapshotStore snapshots) : IJob
{
    public string Name => "analytics-collection";

    public IReadOnlyList<string> Resources => ["metrics"];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var seen = await TierLookService.LookAsync(tiers, new TierScope(context.Project), context.StartedAt, cancellationToken);
        foreach (var snapshot in seen)
        {
            await snapshots.WriteAsync(context.Project, snapshot, cancellationToken);
        }

        var failed = seen.Where(snapshot => snapshot.Error is not null).ToList();
        var counts = new JsonObject();
        foreach (var snapshot in seen)
        {
            counts[snapshot.Tier.Word()] = JsonSerializer.SerializeToNode(new { snapshot.Live, snapshot.Expired, snapshot.Bytes, snapshot.Error }, StateJson.Options);
        }

        return (seen.Count, failed.Count) switch
        {
            (0, _) => JobResult.NothingToDo("No tier is configured."),
            (_, 0) => new JobResult(RunOutcome.Done, $"Looked at {seen.Count} tiers.") { Counts = counts },
            var (all, bad) when all == bad => new JobResult(RunOutcome.Failed, $"No tier could be looked at: {failed[0].Tier.Title()}: {failed[0].Error}") { Counts = counts },
            _ => new JobResult(RunOutcome.Degraded, $"Partial: {string.Join("; ", failed.Select(snapshot => $"{snapshot.Tier.Title()}: {snapshot.Error}"))}") { Counts = counts },
        };
    }
}
