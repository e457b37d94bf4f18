using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery.Issues;

/// <summary>The disk with the keeper's own state is nearly full. Nothing of the cache's or of backups' is deleted for it: a person decides.</summary>
internal sealed class DiskFullIssue : IIssue
{
    public IssueKind Kind => IssueKind.DiskFull;

    public string Runbook => "disk-low";

    public IReadOnlyList<Symptom> Detect(RecoverySnapshot seen, RecoveryPolicy policy) => seen.DiskFree is { } free
        ? [new Symptom(new IssueKey(Kind), free < policy.DiskFreeBelow, $"{free:P1} of the disk with the keeper's state is free.")]
        : [];

    public Remedy Prescribe(TierName? tier, RecoverySnapshot seen, RecoveryPolicy policy, DateTimeOffset until) =>
        new("nothing is deleted for it; cleanup refuses by itself while receipts cannot be written.") { NeedsPerson = true };
}
