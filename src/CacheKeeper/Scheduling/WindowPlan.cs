namespace CacheKeeper.Scheduling;

/// <summary>A job that may be moved inside its period (a day, a week).</summary>
/// <param name="Name">The job.</param>
/// <param name="Duration">How long it usually takes.</param>
/// <param name="Tiers">The tiers it occupies.</param>
/// <param name="After">Jobs that must have ended in this period before it starts.</param>
/// <param name="Timetable">When the timetable would run it in this period.</param>
internal sealed record MovableJob(string Name, TimeSpan Duration, IReadOnlyList<string> Tiers, IReadOnlyList<string> After, DateTimeOffset Timetable);

/// <summary>A time of low usage in the period; smaller shares are better.</summary>
internal sealed record QuietTime(DateTimeOffset Start, DateTimeOffset End, double Share);

/// <summary>One period: every job that runs in it runs once.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where the next one begins.</param>
/// <param name="Ran">Jobs that have run, or run now, in it, with the end of their run.</param>
internal sealed record JobPeriod(DateTimeOffset Start, DateTimeOffset End, IReadOnlyDictionary<string, DateTimeOffset> Ran);

/// <summary>When each job of a period runs, and why then.</summary>
/// <param name="Placed">In order of start.</param>
/// <param name="Left">Jobs that do not run again in this period, with the reason.</param>
internal sealed record WindowPlan(IReadOnlyList<PlacedJob> Placed, IReadOnlyDictionary<string, string> Left);

/// <summary>One job's time in the period. <paramref name="Moved"/> tells whether that is not the timetable's.</summary>
internal sealed record PlacedJob(MovableJob Job, DateTimeOffset Start, bool Moved, string Reason)
{
    public DateTimeOffset End => Start + Job.Duration;
}
