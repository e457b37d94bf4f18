using CacheKeeper.Tiers;

namespace CacheKeeper.Health;

/// <summary>How one tier is and why.</summary>
internal sealed record HealthVerdict(TierName Tier, TierHealth Health, string Reason)
{
    public TimeSpan? Latency { get; init; }
    public string? Error { get; init; }
    public string? Server { get; init; }
    public string? Recommendation { get; init; }

    /// <summary>Why it is not healthy, as far as the answer tells.</summary>
    public FailureCause Cause { get; init; }

    /// <summary>The server asked to be left alone for so long.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Since when it is so; null when that is not known yet.</summary>
    public DateTimeOffset? Since { get; init; }
}
