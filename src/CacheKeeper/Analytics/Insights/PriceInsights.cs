using CacheKeeper.Metrics;
using static System.FormattableString;

namespace CacheKeeper.Analytics.Insights;

/// <summary>A day that cost far more than the days before it.</summary>
internal static class PriceInsights
{
    public static IEnumerable<Insight> Find(IReadOnlyList<TimedValue> dailyCost, InsightPolicy policy, DateTimeOffset now)
    {
        var known = dailyCost.Where(day => day.At <= now && double.IsFinite(day.Value)).OrderBy(day => day.At).ToList();
        if (known.Count <= policy.PriceDays)
        {
            yield break;
        }

        var (last, usual) = (known[^1], Middle.Of(known.Take(known.Count - 1).TakeLast(2 * policy.PriceDays).Select(day => day.Value)));
        if (last.Value < policy.PriceFactor * usual || last.Value - usual < policy.PriceFloor)
        {
            yield break;
        }

        yield return new Insight(
            InsightType.PriceAnomaly, "cost", FindingSeverity.Warning,
            Invariant($"{last.At:yyyy-MM-dd} cost {last.Value:0.00}, where a day usually costs {usual:0.00}."),
            [new("cost of the day", last.Value, "money"), new("usual cost of a day", usual, "money")],
            ["See which tier was asked more than usual: cachekeeper debug performance", "Check for a client that retries or does not save what it asks"]);
    }
}
