using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>Too few lookups hit: the optimizer's job decides on lifetimes and says so by its own directives.</summary>
internal sealed class LowHitRatioIssue : IIssue
{
    public IssueKind Kind => IssueKind.LowHitRatio;

    public string Runbook => "low-hit-ratio";

    public TimeSpan RetryAfter(RecoveryPolicy policy) => policy.HitRatioRetryAfter;

    // With little traffic, or while a tier is away, the ratio says nothing about lifetimes.
    public IReadOnlyList<Symptom> Detect(RecoverySnapshot seen, RecoveryPolicy policy) => seen.Hits is { } hits && hits.LookupsAnHour >= policy.MinimumLookups && seen.Tiers.Keys.All(seen.IsUp)
        ? [new Symptom(new IssueKey(Kind), hits.Ratio < policy.HitRatioBelow, $"{hits.Ratio:P0} of {hits.LookupsAnHour:N0} lookups an hour hit (less than {policy.HitRatioBelow:P0}).")]
        : [new Symptom(new IssueKey(Kind), null, "The hit ratio is not known.")];

    public Remedy Prescribe(TierName? tier, RecoverySnapshot seen, RecoveryPolicy policy, DateTimeOffset until) => seen.Jobs.Contains(FixedJobs.PerformanceOptimization)
        ? new Remedy("the optimizer looks at lifetimes and writes the directives that its measurements support.") { Repairs = [new Repair.RunJob(FixedJobs.PerformanceOptimization, "the hit ratio is low")] }
        : new Remedy("the optimizer is not available here.") { NeedsPerson = true };
}
