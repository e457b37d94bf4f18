using static System.FormattableString;

namespace CacheKeeper.Analytics.Insights;

/// <summary>Forecasts that reality leaves more often than their range allows.</summary>
internal static class ForecastInsights
{
    public static IEnumerable<Insight> Find(IReadOnlyList<ForecastOutcome> forecasts, InsightPolicy policy) =>
        from series in forecasts.Where(outcome => double.IsFinite(outcome.Actual)).GroupBy(outcome => outcome.Series)
        let last = series.OrderByDescending(outcome => outcome.At).Take(policy.MissValues).ToList()
        where last.Count == policy.MissValues
        let missed = last.Count(outcome => outcome.Actual < outcome.Lower95 || outcome.Actual > outcome.Upper95)
        where missed >= policy.MissShare * last.Count
        select new Insight(
            InsightType.ForecastMiss, series.Key, FindingSeverity.Info,
            Invariant($"{series.Key} left the 95 % range of its forecast in {missed} of the last {last.Count} values: something has changed that its past does not show."),
            [new("outside the range", missed, "values"), new("compared", last.Count, "values")],
            ["See what changed: cachekeeper analytics insights", "Take the dates forecast from this series with caution until it has settled"]);
}
