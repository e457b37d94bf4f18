using CacheKeeper.Analytics.Insights;

namespace CacheKeeper.Analytics;

/// <summary>Something worth knowing as people are shown it: an insight or a group of anomalies, with a stable id.</summary>
internal sealed record Finding(
    string Id, string Type, FindingSeverity Severity, string Message, DateTimeOffset OpenedAt, DateTimeOffset LastSeenAt, DateTimeOffset? ClosedAt,
    IReadOnlyList<InsightEvidence> Evidence, IReadOnlyList<string> Recommendations)
{
    public bool Open => ClosedAt is null;
}
