using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts.Conditions;

/// <summary>What judging a condition needs beside the inputs.</summary>
internal sealed record ConditionContext(MetricCatalogue Catalogue, DateTimeOffset Now)
{
    /// <summary>While the alert fires, clear thresholds apply and holds are served.</summary>
    public bool Firing { get; init; }

    /// <summary>Older values count as unknown.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.MaxValue;

    public IReadOnlyDictionary<int, DateTimeOffset> HeldSince { get; init; } = new Dictionary<int, DateTimeOffset>();
}
