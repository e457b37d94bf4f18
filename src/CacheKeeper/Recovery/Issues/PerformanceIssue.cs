using CacheKeeper.Health;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>A tier answers, but slowly. PostgreSQL: our own long statements end and connections are made anew; index care is advised, never done under load.</summary>
internal sealed class PerformanceIssue : IIssue
{
    public IssueKind Kind => IssueKind.PerformanceDegradation;

    public string Runbook => "tier-slow";

    public IReadOnlyList<Symptom> Detect(RecoverySnapshot seen, RecoveryPolicy policy) =>
        [.. seen.Tiers.Select(pair => new Symptom(new IssueKey(Kind, pair.Key), Shows(pair.Value), $"{pair.Key.Title()} is slow: {pair.Value.Latest.Reason}."))];

    public Remedy Prescribe(TierName? tier, RecoverySnapshot seen, RecoveryPolicy policy, DateTimeOffset until) => tier == TierName.Postgresql
        ? new Remedy($"the keeper's own statements older than {policy.CancelAfter.TotalSeconds:0} s are cancelled (nobody else's), and its connections are made anew. Index care waits for a quiet window.")
        {
            Repairs = [new Repair.CancelOwnStatements(policy.CancelAfter), new Repair.RecyclePool()],
        }
        : new Remedy("it stays in use, since readers pass over a slow tier by themselves; it is watched, and a person is told when it stays slow.");

    private static bool? Shows(TierSight sight) => sight switch
    {
        { Latest.Health: TierHealth.Unknown or TierHealth.Failed } => null,
        { Latest: { Health: TierHealth.Degraded, Cause: FailureCause.Slow } } => sight.Settled == TierHealth.Degraded ? true : null,
        _ => false,
    };
}
