using static System.FormattableString;

namespace CacheKeeper.Analytics.Insights;

/// <summary>Categories that pull the hit ratio down, and those whose bytes nobody asks for.</summary>
internal static class CategoryInsights
{
    public static IEnumerable<Insight> FindDrag(IReadOnlyList<CategoryUse> categories, InsightPolicy policy)
    {
        var (hits, lookups) = (categories.Sum(category => category.Hits), categories.Sum(category => category.Lookups));
        foreach (var category in categories.Where(category => category.Lookups >= policy.DragLookups && category.Lookups < lookups))
        {
            var overall = (double)hits / lookups;
            var without = (double)(hits - category.Hits) / (lookups - category.Lookups);
            if (without - overall >= policy.DragHitRatio && category.Lookups >= policy.DragLookupShare * lookups)
            {
                yield return Drag(category, overall, without);
            }
        }
    }

    public static IEnumerable<Insight> FindWaste(IReadOnlyList<CategoryUse> categories, InsightPolicy policy) =>
        from category in categories
        where category.UnusedBytes >= policy.WastedBytes && category.UnusedBytes >= policy.WastedShare * category.Bytes
        select new Insight(
            InsightType.WastedBytes, category.Category, FindingSeverity.Info,
            Invariant($"{100.0 * category.UnusedBytes / category.Bytes:0} % of the bytes of {category.Category} ({category.UnusedBytes / 1048576.0:#,0} MiB) were never asked for within their TTL."),
            [new("unused", category.UnusedBytes, "bytes"), new("stored", category.Bytes, "bytes")],
            ["Shorten the TTL of this category: cachekeeper optimizer analyze", Invariant($"See what would go: cachekeeper cleanup category {category.Category} --dry-run")]);

    private static Insight Drag(CategoryUse category, double overall, double without) => new(
        InsightType.CategoryDrag, category.Category, FindingSeverity.Warning,
        Invariant($"{category.Category} is hit in {100.0 * category.Hits / category.Lookups:0} % of its lookups; without it the hit ratio would be {100 * without:0} % instead of {100 * overall:0} %."),
        [new("hit ratio", 100.0 * category.Hits / category.Lookups, "%"), new("lookups", category.Lookups, "lookups"), new("hit ratio without it", 100 * without, "%")],
        ["Look at what it asks for: answers that never repeat need no cache", "Let it live longer where answers stay right: cachekeeper optimizer analyze"]);
}
