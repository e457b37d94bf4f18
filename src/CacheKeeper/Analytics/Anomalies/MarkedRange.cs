namespace CacheKeeper.Analytics.Anomalies;

/// <summary>A time in which one of our own interventions was at work on a series; without an end it still is.</summary>
internal sealed record MarkedRange(DateTimeOffset From, DateTimeOffset? Until)
{
    /// <summary>Whether any mark explains what is seen at this time: from its beginning until a while after its end.</summary>
    public static bool AnyExplains(IEnumerable<MarkedRange> marks, DateTimeOffset time, AnomalyPolicy policy) =>
        marks.Any(mark => time >= mark.From && (mark.Until is null || time <= mark.Until + policy.ExplainedFor));
}
