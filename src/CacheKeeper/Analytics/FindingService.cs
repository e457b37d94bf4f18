using System.Text.Json;
using CacheKeeper.Analytics.Anomalies;
using CacheKeeper.Analytics.Insights;
using CacheKeeper.Storage;

namespace CacheKeeper.Analytics;

/// <summary>Insights and anomalies in one list, the most serious first, then the newest.</summary>
internal sealed class FindingService(StateStore state, AnalyticsPolicy policy)
{
    private static readonly IReadOnlyList<string> WhatToDo = ["Compare with what changed then: cachekeeper scheduler history, deployments, the gateway's traffic", "See the figures: cachekeeper analytics export --series NAME"];

    public async Task<IReadOnlyList<Finding>> ListAsync(string project, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var insights = await new InsightStore(state).ListAsync(project, since, cancellationToken);
        var alarms = await new AnomalyStore(state).AlarmsAsync(project, since, now.AddMilliseconds(1), cancellationToken);
        return
        [
            .. insights.Select(Of).Concat(AnomalyGrouper.Group(alarms, AnomalyGroupingPolicy.Default).Select(finding => Of(finding, now)))
                .OrderByDescending(finding => finding.Open).ThenByDescending(finding => finding.Severity).ThenByDescending(finding => finding.OpenedAt).ThenBy(finding => finding.Id, StringComparer.Ordinal),
        ];
    }

    private static Finding Of(BookedInsight booked) => new(
        booked.Insight.Id, JsonNamingPolicy.SnakeCaseLower.ConvertName(booked.Insight.Type.ToString()), booked.Insight.Severity, booked.Insight.Message,
        booked.OpenedAt, booked.LastSeenAt, booked.ClosedAt, booked.Insight.Evidence, booked.Insight.Recommendations);

    private Finding Of(AnomalyFinding finding, DateTimeOffset now) => new(
        finding.Id, "anomaly", finding.Severity, finding.Message, finding.StartedAt, finding.LastAt, now - finding.LastAt > policy.AnomalyOpenFor ? finding.LastAt + policy.AnomalyOpenFor : null,
        [.. finding.Followers.Prepend(finding.First).Select(alarm => new InsightEvidence(alarm.Series, alarm.Value, "at " + alarm.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm")))], WhatToDo);
}
