namespace CacheKeeper.Health;

/// <summary>What one check judged a tier to be.</summary>
internal sealed record CheckedHealth(DateTimeOffset At, TierHealth Health);
