namespace CacheKeeper.Metrics;

/// <summary>How good what is stored is.</summary>
internal static class IntelligenceMetrics
{
    public static IEnumerable<MetricDefinition> All => Metrics.Select(metric => metric with { Family = MetricFamily.Intelligence });

    private const string Sampled = "questions of live rows, at most metrics.similaritySample of them, by their hashed words and n-grams";
    private const string TooFew = "fewer than three live rows with questions, the table holds none, or metrics.similaritySample is 0";

    private static IEnumerable<MetricDefinition> Metrics =>
    [
        new("duplicate_ratio", MetricUnit.Ratio, "rows whose question, but for case and white space, stands in another row of the project too (one of each is no duplicate) ÷ rows") { Source = "SQL", Unknown = "no rows, or the table holds no questions" },
        new("stale_ratio", MetricUnit.Ratio, "entries past their time and still stored ÷ entries, over all tiers") { Source = "look at the tiers", Unknown = "no entries" },
        new("memory_health", MetricUnit.Ratio, "memories that are live, not superseded and categorised ÷ memories") { Source = "listing", Unknown = "no memories" },
        new("categorized_share", MetricUnit.Ratio, "entries with a category of their own (not general) ÷ entries, over all tiers") { Source = "look at the tiers", Unknown = "no entries" },
        new("semantic_score_p10", MetricUnit.Ratio, "10th percentile of the similarity (cosine) of each sampled question to its nearest neighbour in the sample: how alone the loneliest are") { Source = Sampled, Unknown = TooFew },
        new("semantic_score_p90", MetricUnit.Ratio, "90th percentile of it: near 1, much is asked that is stored already in other words") { Source = Sampled, Unknown = TooFew },
        new("semantic_score_spread", MetricUnit.Ratio, "semantic_score_p90 − semantic_score_p10: how well similarity tells what is stored apart; near 0, it does not") { Source = Sampled, Unknown = TooFew },
        new("regret", MetricUnit.Ratio, "removed entries that were asked for again within seven days ÷ removed entries") { Source = "run ledger", Unknown = "nothing was removed, or it cannot be followed" },
    ];
}
