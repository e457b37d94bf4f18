using CacheKeeper.Metrics;
using static System.FormattableString;

namespace CacheKeeper.Analytics.Insights;

/// <summary>Performance that declines: the last 24 hours against the 24 before, so that the time of day plays no part.</summary>
internal static class DeclineInsights
{
    public static IEnumerable<Insight> Find(IReadOnlyList<TimedValue> performance, InsightPolicy policy, DateTimeOffset now)
    {
        var (window, middle) = (policy.DeclineWindow, now - policy.DeclineWindow);
        if (Median(performance, middle - window, middle, policy) is not { } before || Median(performance, middle, now, policy) is not { } after || before <= 0)
        {
            yield break;
        }

        var decline = (before - after) / before;
        if (decline < policy.DeclineShare)
        {
            yield break;
        }

        yield return new Insight(
            InsightType.PerformanceDecline, "performance", decline >= policy.CriticalDeclineShare ? FindingSeverity.Critical : FindingSeverity.Warning,
            Invariant($"Performance fell by {100 * decline:0} % over the last {window.TotalHours:0} h, from {before:0.00} to {after:0.00}."),
            [new("before", before, "score"), new("after", after, "score"), new("decline", 100 * decline, "%")],
            ["See which part fell: cachekeeper debug performance", "Review what was changed or cleaned in that time: cachekeeper cleanup history", "Let the optimizer look: cachekeeper optimizer analyze"]);
    }

    // Null where the window is not really covered: a day is said to be a day only when it was one.
    private static double? Median(IReadOnlyList<TimedValue> values, DateTimeOffset from, DateTimeOffset to, InsightPolicy policy)
    {
        var known = values.Where(value => value.At > from && value.At <= to && double.IsFinite(value.Value)).ToList();
        var isCovered = known.Count >= policy.DeclineValues && known.Max(value => value.At) - known.Min(value => value.At) >= policy.DeclineCoverage * policy.DeclineWindow;
        return isCovered ? Middle.Of(known.Select(value => value.Value)) : null;
    }
}
