using static System.FormattableString;

namespace CacheKeeper.Analytics.Insights;

/// <summary>Limits that the forecast meets soon.</summary>
internal static class CapacityInsights
{
    public static IEnumerable<Insight> Find(IReadOnlyList<LimitOutlook> limits, InsightPolicy policy, DateTimeOffset now) =>
        from outlook in limits
        let left = outlook.Expected - now
        where left <= policy.CapacityWarning
        select new Insight(
            InsightType.CapacityDate, outlook.Name, left <= policy.CapacityCritical ? FindingSeverity.Critical : FindingSeverity.Warning,
            Invariant($"{outlook.Name} meets its limit of {outlook.Limit:#,0} {outlook.Unit} around {outlook.Expected:yyyy-MM-dd}{Soonest(outlook)}."),
            [new("limit", outlook.Limit, outlook.Unit), new("time left", Math.Max(0, left.Value.TotalDays), "days")],
            ["Raise the limit or the plan before that day", "See what a cleanup would free: cachekeeper cleanup smart --dry-run", "Shorten TTLs where answers are rarely used: cachekeeper optimizer analyze"]);

    private static string Soonest(LimitOutlook outlook) =>
        outlook.Earliest is { } earliest && earliest < outlook.Expected ? Invariant($", at the earliest on {earliest:yyyy-MM-dd}") : "";
}
