using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What a plan takes from one tier for one reason: counts, bytes and a few keys to recognise it by. The identities stand in the plan's selection file.</summary>
internal sealed record PlannedRemoval(TierName Tier, RemovalReason Reason, long Count, long Bytes, string Because)
{
    public IReadOnlyList<string> Sample { get; init; } = [];
}
