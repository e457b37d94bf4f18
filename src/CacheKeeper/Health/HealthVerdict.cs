using CacheKeeper.Tiers;

namespace CacheKeeper.Health;

/// <summary>How one tier is and why.</summary>
internal sealed record HealthVerdict(TierName Tier, TierHealth Health, string Reason)
{
    public TimeSpan? Latency { get; init; }
    public string? Error { get; init; }
    public string? Server { get; init; }
    public string? Recommendation { get; init; }

    /// <summary>Since when it is so; null when that is not known yet.</summary>
    public DateTimeOffset? Since { get; init; }
}
