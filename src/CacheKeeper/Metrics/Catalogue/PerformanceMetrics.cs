namespace CacheKeeper.Metrics;

/// <summary>How well lookups are answered.</summary>
internal static class PerformanceMetrics
{
    private const string Counters = "the client's counters (cache_stats), last hour";
    private const string NoLookups = "no lookups, or no gateway counts them";

    public static IEnumerable<MetricDefinition> All => Metrics.Select(metric => metric with
    {
        Family = MetricFamily.Performance,
        Source = metric.Source.Length > 0 ? metric.Source : Counters,
        Unknown = metric.Unknown.Length > 0 ? metric.Unknown : NoLookups,
    });

    private static IEnumerable<MetricDefinition> Metrics =>
    [
        new("hit_ratio", MetricUnit.Ratio, "hits ÷ lookups of the last hour, over all tiers") { ByCategory = true },
        new("lookups", MetricUnit.PerHour, "lookups") { Unknown = "no gateway counts them" },
        new("lookup_count", MetricUnit.Count, "lookups since the sample before") { Fold = MetricFold.Sum, ByCategory = true, Source = "the client's counters (cache_stats)", Unknown = "first sample, or no gateway counts them" },
        new("hit_count", MetricUnit.Count, "hits since the sample before") { Fold = MetricFold.Sum, ByCategory = true, Source = "the client's counters (cache_stats)", Unknown = "first sample, or no gateway counts them" },
        new("error_rate", MetricUnit.Ratio, "lookups for which no tier could say ÷ all lookups; late answers count as failed"),
        new("latency_mean", MetricUnit.Milliseconds, "mean time of a lookup"),
        .. Percentiles("latency", "of lookups as a whole"),
        .. TierMetrics.ForEach(OfTier),
        new("performance_score", MetricUnit.Ratio, "weighted mean of the four parts below") { Source = "metrics.score", Unknown = "hit ratio or p95 is unknown" },
        new("score_hit_ratio", MetricUnit.Ratio, "part: hit ratio ÷ its target, at most 1 (weight 0.4)") { Source = "metrics.score", Unknown = "hit ratio is unknown" },
        new("score_latency", MetricUnit.Ratio, "part: target ÷ p95, at most 1 (weight 0.3)") { Source = "metrics.score", Unknown = "p95 is unknown" },
        new("score_errors", MetricUnit.Ratio, "part: 1 less error rate ÷ the rate that makes it 0 (weight 0.2)") { Source = "metrics.score", Unknown = "error rate is unknown" },
        new("score_tiers", MetricUnit.Ratio, "part: configured tiers that could be looked at ÷ configured tiers (weight 0.1)") { Source = "metrics.score", Unknown = "no tier is configured" },
        new("memory_efficiency", MetricUnit.Ratio, "bytes of live PostgreSQL rows that were hit at least once within their own TTL ÷ bytes of all rows") { Source = "SQL", Unknown = "no rows, or the table does not count hits" },
        new("unused_bytes", MetricUnit.Bytes, "bytes of live PostgreSQL rows never hit within their own TTL") { Source = "SQL", Unknown = "no rows, or the table does not count hits", ByCategory = true },
    ];

    private static IEnumerable<MetricDefinition> OfTier(string tier) =>
    [
        new($"{tier}_hit_ratio", MetricUnit.Ratio, $"hits ÷ lookups that reached {tier}"),
        new($"{tier}_lookups", MetricUnit.PerHour, $"lookups that reached {tier}") { Unknown = "no gateway counts them" },
        new($"{tier}_error_rate", MetricUnit.Ratio, $"failed or late ÷ all operations on {tier}"),
        new($"{tier}_timeout_rate", MetricUnit.Ratio, $"of them, where no answer came in time ÷ all operations on {tier}"),
        new($"{tier}_skip_share", MetricUnit.Ratio, $"lookups that did not ask {tier} because it was left out or resting ÷ lookups that would have"),
        .. Percentiles($"{tier}_latency", $"of {tier}'s answers"),
    ];

    private static IEnumerable<MetricDefinition> Percentiles(string name, string of) =>
        new[] { 50, 95, 99 }.Select(percent => new MetricDefinition($"{name}_p{percent}", MetricUnit.Milliseconds, $"{percent}th percentile {of}"));
}
