using CacheKeeper.Client;

namespace CacheKeeper.Metrics;

/// <summary>What the gateway's client has counted: pure questions about one reading, or the difference of two.</summary>
/// <param name="Values">By kind, tier and category, as docs/client.md names them; counts only grow.</param>
internal sealed record ClientCounters(DateTimeOffset ReadAt, IReadOnlyDictionary<(string Kind, string Tier, string Category), long> Values)
{
    /// <summary>The tier that stands for the lookup as a whole.</summary>
    public const string WholeLookup = "all";

    public long Sum(string kind, string tier, string? category = null) =>
        Values.Where(pair => pair.Key.Kind == kind && pair.Key.Tier == tier && (category is null || pair.Key.Category == category)).Sum(pair => pair.Value);

    public long Lookups(string tier = WholeLookup, string? category = null) => Sum("hit", tier, category) + Sum("miss", tier, category);

    /// <summary>Hits ÷ (hits + misses); null without lookups.</summary>
    public double? HitRatio(string tier = WholeLookup, string? category = null) => Lookups(tier, category) is > 0 and var lookups ? (double)Sum("hit", tier, category) / lookups : null;

    public double? ErrorRate(string tier = WholeLookup) => Lookups(tier) + Sum("error", tier) is > 0 and var asked ? (double)Sum("error", tier) / asked : null;

    public IReadOnlyList<string> Categories => [.. Values.Keys.Where(key => key.Tier == WholeLookup).Select(key => key.Category).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The latency below which a share of the lookups stayed, in ms; null without lookups.</summary>
    public double? LatencyPercentile(string tier, double share) => LatencyBuckets.Percentile([.. LatencyBuckets.Kinds.Select(kind => Sum(kind, tier))], share);

    /// <summary>What was counted since an earlier reading; a counter that fell was reset and counts from zero.</summary>
    public ClientCounters Since(ClientCounters earlier) => new(
        ReadAt,
        Values.ToDictionary(pair => pair.Key, pair => earlier.Values.GetValueOrDefault(pair.Key) is var before && before <= pair.Value ? pair.Value - before : pair.Value));
}
