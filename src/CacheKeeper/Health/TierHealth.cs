namespace CacheKeeper.Health;

/// <summary>How a tier is. Worst last; unknown states never alarm by themselves.</summary>
internal enum TierHealth
{
    Healthy,
    NotConfigured,
    Unknown,
    Degraded,
    Failed,
}
