using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What a run has done in one tier so far.</summary>
internal sealed record TierTally(long Removed = 0, long Left = 0, long Failed = 0)
{
    public TierTally Plus(RemovalOutcome outcome) => new(Removed + outcome.Removed.Count, Left + outcome.Left.Count, Failed + outcome.Failed.Count);
}
