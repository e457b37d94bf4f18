namespace CacheKeeper.Scheduling;

/// <summary>An interval that was adapted to how the cache does; whole intervals from <paramref name="Anchor"/>.</summary>
/// <param name="Base">The timetable's own interval.</param>
internal sealed record Rhythm(TimeSpan Interval, TimeSpan Base, DateTimeOffset ChangedAt, DateTimeOffset Anchor, string Reason)
{
    /// <summary>Whether it is not the timetable's interval.</summary>
    public bool IsAdapted => Interval != Base;
}
