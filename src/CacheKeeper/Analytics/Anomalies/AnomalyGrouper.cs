namespace CacheKeeper.Analytics.Anomalies;

/// <summary>Turns alarms of many series into findings that each speak once.</summary>
internal static class AnomalyGrouper
{
    /// <summary>Alarms near in time become one finding; findings come in the order they began, whatever the order of the alarms.</summary>
    public static IReadOnlyList<AnomalyFinding> Group(IEnumerable<AnomalyAlarm> alarms, AnomalyGroupingPolicy policy)
    {
        var groups = new List<List<AnomalyAlarm>>();
        foreach (var alarm in alarms.OrderBy(alarm => alarm.At).ThenByDescending(alarm => alarm.Score).ThenBy(alarm => alarm.Series, StringComparer.Ordinal))
        {
            if (groups.Count > 0 && Belongs(alarm, groups[^1], policy))
            {
                groups[^1].Add(alarm);
            }
            else
            {
                groups.Add([alarm]);
            }
        }

        return [.. groups.Select(group => Describe(group, policy))];
    }

    private static bool Belongs(AnomalyAlarm alarm, List<AnomalyAlarm> group, AnomalyGroupingPolicy policy) =>
        alarm.At - group[^1].At <= policy.Near && alarm.At - group[0].At <= policy.Longest;

    private static AnomalyFinding Describe(List<AnomalyAlarm> group, AnomalyGroupingPolicy policy)
    {
        var first = group[0];
        AnomalyAlarm[] followers = [.. group.Where(alarm => alarm.Series != first.Series).DistinctBy(alarm => alarm.Series)];
        var oncePer = group.Max(alarm => alarm.OncePer);
        return new AnomalyFinding(
            $"anomaly:{first.Series}:{first.At.ToUnixTimeMilliseconds()}", first.At, group[^1].At, first, followers,
            SeverityOf(1 + followers.Length, oncePer, policy), oncePer, AnomalySentence.For(first, followers, oncePer));
    }

    private static FindingSeverity SeverityOf(int series, TimeSpan? oncePer, AnomalyGroupingPolicy policy) =>
        series >= policy.CriticalSeries && oncePer >= policy.CriticalOncePer ? FindingSeverity.Critical
        : series >= policy.WarningSeries || oncePer >= policy.WarningOncePer ? FindingSeverity.Warning
        : FindingSeverity.Info;
}
