using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>The tiers' words, for metrics that exist once for each.</summary>
internal static class TierMetrics
{
    public static readonly IReadOnlyList<string> Words = [TierName.Mem0.Word(), TierName.Upstash.Word(), TierName.Postgresql.Word()];

    public static IEnumerable<MetricDefinition> ForEach(Func<string, IEnumerable<MetricDefinition>> metrics) => Words.SelectMany(metrics);
}
