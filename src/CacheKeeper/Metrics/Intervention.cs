namespace CacheKeeper.Metrics;

/// <summary>
/// A stretch in which we, or a person, changed the cache: what it causes in a series is no news, no anomaly and no trend.
/// One shape for every room, made from the run ledger (<see cref="Interventions"/>).
/// </summary>
/// <param name="Kind">The job's name.</param>
/// <param name="Until">Null while it lasts.</param>
internal sealed record Intervention(string Kind, DateTimeOffset From, DateTimeOffset? Until, string Run)
{
    /// <summary>Whether it explains what is seen at this time: from its beginning until a while after its end.</summary>
    public bool Explains(DateTimeOffset time, TimeSpan after) => time >= From && (Until is null || time <= Until + after);
}
