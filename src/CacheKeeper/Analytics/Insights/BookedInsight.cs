namespace CacheKeeper.Analytics.Insights;

/// <summary>An insight and its time: told once when it opens, closed when it has not held for a while.</summary>
internal sealed record BookedInsight(Insight Insight, DateTimeOffset OpenedAt, DateTimeOffset LastSeenAt, DateTimeOffset? ClosedAt = null)
{
    public bool IsOpen => ClosedAt is null;
}
