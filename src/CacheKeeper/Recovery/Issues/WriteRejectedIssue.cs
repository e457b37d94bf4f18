using CacheKeeper.Client;
using CacheKeeper.Health;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>A tier reads but refuses writes, or throws entries out by itself: new entries live shorter there, and what has expired goes.</summary>
internal sealed class WriteRejectedIssue : IIssue
{
    private const double Shorter = 0.5;

    public IssueKind Kind => IssueKind.EvictionOrWriteRejected;

    public string Runbook => "rejected-writes";

    public IReadOnlyList<Symptom> Detect(RecoverySnapshot seen, RecoveryPolicy policy) =>
        [.. seen.Tiers.Select(pair => new Symptom(new IssueKey(Kind, pair.Key), Shows(pair.Key, pair.Value, seen), Sentence(pair.Key, pair.Value, seen)))];

    public Remedy Prescribe(TierName? tier, RecoverySnapshot seen, RecoveryPolicy policy, DateTimeOffset until)
    {
        var excess = tier == TierName.Upstash && seen.Memory is { } memory ? memory.Used - (long)(memory.Limit * policy.MemoryTarget) : 0;
        return new Remedy($"what is saved in {tier!.Value.Title()} lives half as long until {until.UtcDateTime:HH:mm:ss}Z, and {(excess > 0 ? $"{excess / 1048576.0:0.0} MiB are freed" : "what has expired is removed")}, under every guard of cleanup.")
        {
            Ttl = [new TtlDirective(tier.Value.Word(), null, null, Shorter, null, until, $"{tier.Value.Title()} has no room.")],
            Repairs = excess > 0 ? [new Repair.FreeBytes(TierName.Upstash, excess, "Redis refuses writes or evicts")] : seen.Jobs.Contains(FixedJobs.LightCleanup) ? [new Repair.RunJob(FixedJobs.LightCleanup, $"{tier.Value.Title()} has no room")] : [],
        };
    }

    private static bool? Shows(TierName tier, TierSight sight, RecoverySnapshot seen) =>
        sight.Latest.Health == TierHealth.Unknown ? null
        : sight.Latest.Cause == FailureCause.WriteRejected || (tier == TierName.Upstash && seen.Evicted > 0) ? true
        : sight.Latest.Health == TierHealth.Failed ? null
        : false;

    private static string Sentence(TierName tier, TierSight sight, RecoverySnapshot seen) => sight.Latest.Cause == FailureCause.WriteRejected
        ? $"{tier.Title()} refuses writes: {sight.Latest.Reason}."
        : $"{tier.Title()} threw out {seen.Evicted ?? 0:N0} keys by itself since the look before.";
}
