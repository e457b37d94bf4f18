using System.Text.Json;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Health;

/// <summary>Checks every tier and keeps what was found; the run's outcome tells how the cache is.</summary>
internal sealed class HealthCheckJob(IReadOnlyList<ITier> tiers, Func<TierName, string> howToConfigure, HealthStore history, HealthPolicy policy, TimeProvider time) : IJob
{
    private const int Remembered = 50;

    public string Name => "health-check";

    public IReadOnlyList<string> Resources => ["health"];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var verdicts = await ProbeService.CheckAsync(tiers, howToConfigure, policy, time, cancellationToken);
        await history.WriteAsync(context.Project, context.StartedAt, verdicts, context.StartedAt - policy.KeepChecks, cancellationToken);
        var settled = new List<HealthVerdict>();
        foreach (var verdict in verdicts)
        {
            var (_, since) = HealthHistory.Settle(await history.RecentAsync(context.Project, verdict.Tier, Remembered, cancellationToken), policy);
            settled.Add(verdict with { Since = since });
        }

        var report = HealthReport.Of(context.Project, context.StartedAt, settled);
        var reasons = settled.Where(verdict => verdict.Health is TierHealth.Degraded or TierHealth.Failed).Select(verdict => $"{verdict.Tier.Title()}: {verdict.Reason}");
        return new JobResult(
            report.OverallHealth switch { "healthy" => RunOutcome.Done, "unknown" => RunOutcome.NothingToDo, "degraded" => RunOutcome.Degraded, _ => RunOutcome.Failed },
            report.OverallHealth == "healthy" ? "Every configured tier is healthy." : report.OverallHealth == "unknown" ? "No tier is configured." : string.Join("; ", reasons))
        {
            Actual = JsonSerializer.SerializeToNode(report, StateJson.Options),
        };
    }
}
