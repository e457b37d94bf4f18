using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>All four families from what one collection saw.</summary>
internal static class MetricSamples
{
    public static IReadOnlyList<Sample> Of(Collected seen, MetricsPolicy policy, CallPrices prices)
    {
        var samples = new SampleList(seen.At);
        var categories = Categories(seen, policy.MostCategories);
        SystemSamples.AddTo(samples, seen);
        foreach (var category in seen.Seen(TierName.Postgresql)?.Categories.Where(category => categories.Contains(category.Category)) ?? [])
        {
            samples.Add("postgresql_entry_bytes", category.Bytes, category.Category);
        }

        PerformanceSamples.AddTo(samples, seen, categories, policy.Score);
        IntelligenceSamples.AddTo(samples, seen);
        BusinessSamples.AddTo(samples, seen, policy.Prices, prices);
        return samples.Samples;
    }

    // Names of categories are the gateway's, and there may be thousands: those asked for most come first, then those that take most room.
    private static IReadOnlyCollection<string> Categories(Collected seen, int most)
    {
        var asked = seen.LastHour?.Counters.Categories.Select(category => (Name: category, Lookups: seen.LastHour.Counters.Lookups(category: category), Bytes: 0L)) ?? [];
        var stored = seen.Seen(TierName.Postgresql)?.Categories.Select(category => (Name: category.Category, Lookups: 0L, category.Bytes)) ?? [];
        return
        [
            .. asked.Concat(stored).Where(category => category.Name.Length > 0).GroupBy(category => category.Name)
                .OrderByDescending(group => group.Sum(category => category.Lookups)).ThenByDescending(group => group.Sum(category => category.Bytes)).ThenBy(group => group.Key, StringComparer.Ordinal)
                .Take(most).Select(group => group.Key),
        ];
    }
}
