using CacheKeeper.Tiers;

namespace CacheKeeper.Health;

/// <summary>The latency above which a tier is degraded, for the slowest call of a check.</summary>
internal sealed record HealthThresholds
{
    /// <summary>For PostgreSQL.</summary>
    public TimeSpan Postgresql { get; init; } = TimeSpan.FromMilliseconds(1000);

    /// <summary>For Redis.</summary>
    public TimeSpan Upstash { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For Mem0.</summary>
    public TimeSpan Mem0 { get; init; } = TimeSpan.FromMilliseconds(2000);

    public TimeSpan For(TierName tier) => tier switch
    {
        TierName.Postgresql => Postgresql,
        TierName.Upstash => Upstash,
        _ => Mem0,
    };
}
