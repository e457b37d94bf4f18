using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Analytics.Anomalies;
using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Analytics.Insights;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Analytics;

/// <summary>What follows every collection: detectors listen, forecasts that have grown old are made anew, insights are drawn.</summary>
internal sealed class AnalysisService(AnomalyService anomalies, StateStore state, AnalyticsPolicy policy, MetricsPolicy metrics, PostgresTier? postgres)
{
    private readonly ForecastService _forecasts = new(state, policy);
    private readonly InsightService _insights = new(state, policy);

    public async Task<AnalysisNote?> RunAsync(JobContext context, Collected seen, IReadOnlyList<Sample> samples, CancellationToken cancellationToken)
    {
        context.Progress(0.5, "listening for anomalies");
        var alarms = await anomalies.ListenAsync(seen.At, metrics.Retention.Raw, metrics.LongestWindow, cancellationToken);
        context.Progress(0.7, "forecasting");
        await _forecasts.RefreshAsync(context.Project, seen.At, cancellationToken);
        context.Progress(0.9, "drawing insights");
        var changes = await _insights.RefreshAsync(context.Project, seen, postgres, cancellationToken);
        var findings = AnomalyGrouper.Group(alarms, AnomalyGroupingPolicy.Default);
        return new AnalysisNote(Sentence(findings, changes), Document(findings, changes));
    }

    // Only what is new is news.
    private static string Sentence(IReadOnlyList<AnomalyFinding> findings, InsightChanges changes) => string.Join(
        ' ', findings.Select(finding => finding.Message).Concat(changes.Opened.Concat(changes.Worsened).Select(booked => booked.Insight.Message)));

    private static JsonNode? Document(IReadOnlyList<AnomalyFinding> findings, InsightChanges changes) => findings.Count + changes.Opened.Count + changes.Worsened.Count + changes.Closed.Count == 0 ? null
        : JsonSerializer.SerializeToNode(
            new
            {
                Anomalies = findings.Select(finding => finding.Id),
                Opened = changes.Opened.Select(booked => booked.Insight.Id),
                Worsened = changes.Worsened.Select(booked => booked.Insight.Id),
                Closed = changes.Closed.Select(booked => booked.Insight.Id),
            },
            StateJson.Options);
}
