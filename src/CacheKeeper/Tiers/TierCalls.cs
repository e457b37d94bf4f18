namespace CacheKeeper.Tiers;

/// <summary>Calls of the keeper to the tiers that are billed by the call.</summary>
internal sealed record TierCalls(long RedisCommands, long Mem0Requests)
{
    /// <summary>All that were sent since the tiers were opened.</summary>
    public static TierCalls Of(IReadOnlyList<ITier> tiers) => new(
        tiers.Where(tier => tier.Name == TierName.Upstash).Sum(tier => tier.Meter.Commands), tiers.Where(tier => tier.Name == TierName.Mem0).Sum(tier => tier.Meter.Requests));

    /// <summary>The calls since an earlier count of the same process; a count that fell began anew.</summary>
    public TierCalls Since(TierCalls? earlier) => earlier is null || earlier.RedisCommands > RedisCommands || earlier.Mem0Requests > Mem0Requests
        ? this
        : new(RedisCommands - earlier.RedisCommands, Mem0Requests - earlier.Mem0Requests);
}
