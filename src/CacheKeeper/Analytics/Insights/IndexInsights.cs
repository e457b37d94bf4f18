using static System.FormattableString;

namespace CacheKeeper.Analytics.Insights;

/// <summary>Indexes that nothing used over a whole window. They are named, never dropped: a replica or a monthly job may use them.</summary>
internal static class IndexInsights
{
    public static IEnumerable<Insight> Find(IReadOnlyList<IndexUse> indexes, InsightPolicy policy) =>
        from index in indexes
        where index.Scans == 0 && !index.IsUnique && index.Observed >= policy.IndexWindow && index.Bytes >= policy.IndexBytes
        select new Insight(
            InsightType.UnusedIndex, index.Name, FindingSeverity.Info,
            Invariant($"The index {index.Name} ({index.Bytes / 1048576.0:#,0} MiB) was not used once in {index.Observed.TotalDays:0} days."),
            [new("size", index.Bytes, "bytes"), new("observed", index.Observed.TotalDays, "days")],
            ["Check that no replica and no monthly job uses it, then drop it yourself: CacheKeeper never does"]);
}
