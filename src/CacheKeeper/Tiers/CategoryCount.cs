namespace CacheKeeper.Tiers;

/// <summary>How much of a tier one category takes.</summary>
internal sealed record CategoryCount(string Category, long Live, long Expired, long Bytes)
{
    public long? Hits { get; init; }
    public long? Misses { get; init; }
}
