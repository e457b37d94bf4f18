namespace CacheKeeper.Scheduling;

/// <summary>A line of one project's timetable: the job, its times, and what the operator said about it.</summary>
/// <param name="Available">Whether its room is there; a job that is not available never fires.</param>
/// <param name="Delay">How much later than its time it starts (jitter, fixed for the project).</param>
internal sealed record ScheduledJob(FixedJob Definition, CronSchedule Schedule, JobSettings Settings, bool Available, TimeSpan Delay)
{
    // Days and weeks are told apart from intervals by this; 20 hours, for a day can have 23.
    private static readonly TimeSpan ShortestDay = TimeSpan.FromHours(20);

    public string Name => Definition.Name;

    public bool Fires => Available && Settings.Enabled;

    /// <summary>What makes it the schedule it is: when this changes, times of before are not looked for.</summary>
    public string Mark => $"{Schedule.Text} {Schedule.Zone.Id} {(Fires ? "on" : "off")}";

    /// <summary>The time between two runs around <paramref name="now"/>; null when it comes no second time.</summary>
    public TimeSpan? Interval(DateTimeOffset now) => Schedule.Next(now) is { } one && Schedule.Next(one) is { } two ? two - one : null;

    /// <summary>Runs once a day or more rarely.</summary>
    public bool IsDaily(DateTimeOffset now) => Interval(now) is not { } interval || interval >= ShortestDay;

    public bool FiresWithin(DateTimeOffset from, DateTimeOffset until) => Fires && Schedule.Next(from.AddTicks(-1)) <= until;

    /// <summary>The calendar day of a time on this job's clock.</summary>
    public DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, Schedule.Zone).DateTime);
}
