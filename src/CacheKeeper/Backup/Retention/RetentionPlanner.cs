using System.Globalization;
using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup.Retention;

/// <summary>A restore point as retention sees it.</summary>
/// <param name="Problem">What is wrong with it; empty when nothing is.</param>
internal sealed record KeptPoint(string Id, DateTimeOffset At, PointKind Kind, bool Complete, bool Verified, bool Proven, string Problem);

/// <summary>What becomes of one restore point, and why.</summary>
internal sealed record RetentionVerdict(string Id, DateTimeOffset At, bool Keep, IReadOnlyList<string> Reasons);

/// <summary>
/// Decides which restore points stay, by restic's rules: of each period the newest. Beyond the rules: the newest verified one always stays, nothing goes
/// while no newer verified one stays, the newest proven one stays until a newer is proven, archives stay, and what is damaged stays to be looked at.
/// </summary>
internal static class RetentionPlanner
{
    /// <returns>A verdict for each point, the newest first.</returns>
    public static IReadOnlyList<RetentionVerdict> Plan(IReadOnlyList<KeptPoint> points, RetentionPolicy policy, DateTimeOffset now)
    {
        var ordered = points.OrderByDescending(point => point.At).ThenByDescending(point => point.Id, StringComparer.Ordinal).ToList();
        var reasons = ordered.ToDictionary(point => point.Id, _ => new List<string>());
        var good = ordered.Where(point => point is { Kind: PointKind.Backup, Complete: true, Problem.Length: 0 }).ToList();
        var verified = good.FirstOrDefault(point => point.Verified);

        foreach (var (point, reason) in ByRules(good, policy))
        {
            reasons[point.Id].Add(reason);
        }

        foreach (var point in ordered)
        {
            reasons[point.Id].AddRange(Beyond(point, good, verified, policy, now));
        }

        return [.. ordered.Select(point => reasons[point.Id] is { Count: > 0 } why
            ? new RetentionVerdict(point.Id, point.At, true, why)
            : new RetentionVerdict(point.Id, point.At, false, [WhyNot(point, policy)]))];
    }

    private static IEnumerable<(KeptPoint Point, string Reason)> ByRules(IReadOnlyList<KeptPoint> good, RetentionPolicy policy)
    {
        foreach (var point in good.Take(policy.Last))
        {
            yield return (point, "last");
        }

        (string Name, int Count, Func<DateTimeOffset, string> Period)[] rules =
        [
            ("daily", policy.Daily, at => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("weekly", policy.Weekly, at => $"{ISOWeek.GetYear(at.UtcDateTime)}-W{ISOWeek.GetWeekOfYear(at.UtcDateTime):00}"),
            ("monthly", policy.Monthly, at => at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture)),
        ];
        foreach (var rule in rules)
        {
            foreach (var period in good.GroupBy(point => rule.Period(point.At)).Take(rule.Count))
            {
                yield return (period.First(), $"{rule.Name} {period.Key}");
            }
        }
    }

    private static IEnumerable<string> Beyond(KeptPoint point, IReadOnlyList<KeptPoint> good, KeptPoint? verified, RetentionPolicy policy, DateTimeOffset now)
    {
        if (point.Problem.Length > 0)
        {
            yield return "damaged or unknown: look at it first";
        }
        else if (point.Kind == PointKind.Archive)
        {
            yield return "archive";
        }
        else if (!good.Contains(point) && now - point.At <= policy.OthersFor)
        {
            yield return $"{What(point)} of the last {policy.OthersFor.TotalDays:0.#} days";
        }
        else if (good.Contains(point) && (verified is null || point.At >= verified.At))
        {
            yield return point == verified ? "newest verified" : "no newer one is verified";
        }
        else if (verified is null)
        {
            yield return "no backup is verified";
        }

        if (point == good.FirstOrDefault(one => one.Proven))
        {
            yield return "newest proven";
        }
    }

    private static string WhyNot(KeptPoint point, RetentionPolicy policy) => point is { Kind: PointKind.Backup, Complete: true }
        ? "no rule keeps it, and a newer one is verified"
        : $"{What(point)} older than {policy.OthersFor.TotalDays:0.#} days";

    private static string What(KeptPoint point) => point.Kind switch { PointKind.SafetyCopy => "safety copy", PointKind.Selection => "selection", _ => "partial backup" };
}
