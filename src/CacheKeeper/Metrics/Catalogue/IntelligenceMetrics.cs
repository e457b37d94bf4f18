namespace CacheKeeper.Metrics;

/// <summary>How good what is stored is.</summary>
internal static class IntelligenceMetrics
{
    public static IEnumerable<MetricDefinition> All => Metrics.Select(metric => metric with { Family = MetricFamily.Intelligence });

    private static IEnumerable<MetricDefinition> Metrics =>
    [
        new("duplicate_ratio", MetricUnit.Ratio, "rows whose question, but for case and white space, stands in another row of the project too (one of each is no duplicate) ÷ rows") { Source = "SQL", Unknown = "no rows, or the table holds no questions" },
        new("stale_ratio", MetricUnit.Ratio, "entries past their time and still stored ÷ entries, over all tiers") { Source = "look at the tiers", Unknown = "no entries" },
        new("memory_health", MetricUnit.Ratio, "memories that are live, not superseded and categorised ÷ memories") { Source = "listing", Unknown = "no memories" },
        new("categorized_share", MetricUnit.Ratio, "entries with a category of their own (not general) ÷ entries, over all tiers") { Source = "look at the tiers", Unknown = "no entries" },
        new("regret", MetricUnit.Ratio, "removed entries that were asked for again within seven days ÷ removed entries") { Source = "run ledger", Unknown = "nothing was removed, or it cannot be followed" },
    ];
}
