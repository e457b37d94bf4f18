namespace CacheKeeper.Analytics.Insights;

/// <summary>Draws every insight the figures support, the most severe first.</summary>
internal static class InsightFinder
{
    public static IReadOnlyList<Insight> Find(InsightInput input, InsightPolicy policy, DateTimeOffset now) =>
    [
        .. new[]
        {
            DeclineInsights.Find(input.Performance, policy, now),
            GrowthInsights.Find(input.Sizes, policy, now),
            CapacityInsights.Find(input.Limits, policy, now),
            CategoryInsights.FindDrag(input.Categories, policy),
            CategoryInsights.FindWaste(input.Categories, policy),
            IndexInsights.Find(input.Indexes, policy),
            PriceInsights.Find(input.DailyCost, policy, now),
            ForecastInsights.Find(input.Forecasts, policy),
        }.SelectMany(found => found).OrderByDescending(insight => insight.Severity),
    ];
}
