using CacheKeeper.Metrics;
using static System.FormattableString;

namespace CacheKeeper.Analytics.Insights;

/// <summary>Sizes that grow fast: a robust slope over whole days, with an absolute floor (ten percent of twenty entries is noise).</summary>
internal static class GrowthInsights
{
    public static IEnumerable<Insight> Find(IReadOnlyList<SizeSeries> sizes, InsightPolicy policy, DateTimeOffset now) =>
        from size in sizes
        let days = Days(size.Values, policy, now)
        where days.Count >= policy.GrowthDays
        let perDay = Middle.Slope(days)
        where perDay is not null
        let typical = Middle.Of(days.Select(day => day.Y))
        where typical > 0 && perDay / typical > policy.GrowthShare && perDay >= Floor(size, policy)
        select Describe(size, perDay.Value, typical, days.Count);

    // One median a day, so that the time of day and a cleanup's saw-tooth weigh little.
    private static List<(double X, double Y)> Days(IReadOnlyList<TimedValue> values, InsightPolicy policy, DateTimeOffset now) =>
    [
        .. values.Where(value => value.At > now - policy.GrowthWindow && value.At <= now && double.IsFinite(value.Value))
            .GroupBy(value => (int)Math.Floor((value.At - now).TotalDays))
            .Select(day => ((double)day.Key, Middle.Of(day.Select(value => value.Value)))),
    ];

    private static double Floor(SizeSeries size, InsightPolicy policy) => size.Unit == "bytes" ? policy.GrowthBytes : policy.GrowthEntries;

    private static Insight Describe(SizeSeries size, double perDay, double typical, int days) => new(
        InsightType.CapacityPlanning, size.Name, FindingSeverity.Info,
        Invariant($"{size.Name} grew by {100 * perDay / typical:0} % a day ({perDay:#,0} {size.Unit}) over the last {days} days."),
        [new("growth a day", perDay, size.Unit), new("growth a day", 100 * perDay / typical, "%"), new("typical size", typical, size.Unit)],
        ["See when a limit is met: cachekeeper analytics generate", "Review TTLs by category: cachekeeper optimizer analyze", "See what a cleanup would free: cachekeeper cleanup smart --dry-run"]);
}
