namespace CacheKeeper.Metrics;

/// <summary>What the cache is worth and what it costs.</summary>
internal static class BusinessMetrics
{
    private const string NoCounts = "first sample, or no gateway counts lookups";
    private const string Counters = "the client's counters (cache_stats)";

    public static IEnumerable<MetricDefinition> All => Metrics.Select(metric => metric with { Family = MetricFamily.Business });

    private static IEnumerable<MetricDefinition> Metrics =>
    [
        new("requests_saved", MetricUnit.Count, "model requests that the cache made unnecessary since the sample before (its hits)") { Source = Counters, Unknown = NoCounts, Fold = MetricFold.Sum, Watched = false },
        new("tokens_saved", MetricUnit.Count, "tokens of those answers: metrics.prices.tokensPerAnswer, else mean bytes of an answer ÷ 4") { Source = Counters + ", SQL", Unknown = NoCounts, Fold = MetricFold.Sum, Watched = false },
        new("money_saved", MetricUnit.Money, "what those tokens would have cost") { Source = "metrics.prices.per1KTokens", Unknown = "no price of the model is set", Fold = MetricFold.Sum, Watched = false },
        new("cost", MetricUnit.Money, "what the tiers cost since the sample before: calls and monthly prices") { Source = "prices of the settings", Unknown = "first sample", Fold = MetricFold.Sum },
        .. TierMetrics.ForEach(tier => [new MetricDefinition($"{tier}_cost", MetricUnit.Money, $"of it {tier}") { Source = "prices of the settings", Unknown = "first sample, or the calls cannot be counted", Fold = MetricFold.Sum, Watched = false }]),
        new("keeper_cost", MetricUnit.Money, "of it the keeper's own calls") { Source = "what this process sent", Unknown = "first sample", Fold = MetricFold.Sum, Watched = false },
        new("keeper_redis_commands", MetricUnit.Count, "commands this keeper sent to the Redis tier since the sample before") { Source = "what this process sent", Unknown = "first sample", Fold = MetricFold.Sum },
        new("keeper_mem0_requests", MetricUnit.Count, "requests this keeper sent to Mem0 since the sample before") { Source = "what this process sent", Unknown = "first sample", Fold = MetricFold.Sum },
        new("freshness", MetricUnit.Ratio, "mean share of their time that live PostgreSQL rows have left; rows without an end do not count") { Source = "SQL", Unknown = "no live rows with an end" },
        new("availability", MetricUnit.Ratio, "lookups that a tier answered, hit or miss, ÷ all lookups of the last hour") { Source = Counters, Unknown = "no lookups, or no gateway counts them" },
        new("unavailable_minutes", MetricUnit.Count, "minutes since the sample before × share of lookups without any answer") { Source = Counters, Unknown = NoCounts, Fold = MetricFold.Sum },
    ];
}
