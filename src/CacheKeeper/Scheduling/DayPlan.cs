namespace CacheKeeper.Scheduling;

/// <summary>Moves the daily and weekly jobs of the coming day into learned quiet hours: after what they wait for, one job on a tier, each once.</summary>
internal static class DayPlan
{
    private static readonly TimeSpan UsualDuration = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ShortestPlanned = TimeSpan.FromMinutes(5);

    /// <summary>The moves that hold now: those known whose time has not come, and new ones for the next time of each movable job.</summary>
    /// <param name="last">The latest recorded scheduled time of each job.</param>
    /// <param name="durations">How long the last run of each job took.</param>
    public static IReadOnlyDictionary<string, MovedStart> Moves(
        IReadOnlyList<ScheduledJob> timetable,
        IReadOnlyList<HourLoad> loads,
        IReadOnlyDictionary<string, MovedStart> known,
        IReadOnlyDictionary<string, DateTimeOffset> last,
        IReadOnlyDictionary<string, TimeSpan> durations,
        SchedulingPolicy policy,
        DateTimeOffset now)
    {
        var kept = known.Where(pair => !(last.TryGetValue(pair.Key, out var at) && at >= pair.Value.ScheduledAt) && pair.Value.ScheduledAt > now - policy.LookBack)
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        var windows = LowUsage.Find(loads, policy.LowUsage);
        if (windows.Count == 0)
        {
            return kept;
        }

        var movable = timetable.Where(job => job.Fires && job.Definition.Movable && job.IsDaily(now)).ToList();
        foreach (var day in movable.Where(job => !kept.ContainsKey(job.Name)).GroupBy(job => job.DayOf(job.Schedule.Next(now) ?? now)))
        {
            foreach (var placed in Plan(movable, day.Key, windows, durations, now).Placed.Where(placed => placed.Moved && !kept.ContainsKey(placed.Job.Name)))
            {
                kept[placed.Job.Name] = new MovedStart(placed.Job.Timetable, placed.Start, placed.Reason);
            }
        }

        return kept;
    }

    /// <summary>Why the timetable stands, or what was learned: for the status page.</summary>
    public static string Describe(IReadOnlyList<HourLoad> loads, SchedulingPolicy policy)
    {
        var seen = loads.Where(hour => hour.Load is not null).ToList();
        var windows = LowUsage.Find(loads, policy.LowUsage);
        return (seen.Count, windows.Count) switch
        {
            (0, _) => "The timetable stands: no hourly load is known yet.",
            (_, 0) when seen.Count(hour => hour.Samples >= policy.LowUsage.MinimumSamples) < loads.Count || seen.Count < 7 * 24 =>
                $"The timetable stands: {seen.Count(hour => hour.Samples >= policy.LowUsage.MinimumSamples)} of 168 hours of the week were seen at least {policy.LowUsage.MinimumSamples} times.",
            (_, 0) => $"The timetable stands: no {policy.LowUsage.ShortestHours} hours in a row are below {policy.LowUsage.QuietBelow:P0} of the mean.",
            _ => $"Quiet: {string.Join(", ", windows.Take(7).Select(window => $"{window.Day} {window.StartHour:00}:00 for {window.Hours} h"))}.",
        };
    }

    private static WindowPlan Plan(IReadOnlyList<ScheduledJob> movable, DateOnly day, IReadOnlyList<LowUsageWindow> windows, IReadOnlyDictionary<string, TimeSpan> durations, DateTimeOffset now)
    {
        var zone = movable[0].Schedule.Zone;
        var midnight = CronSchedule.Parse("0 0 * * *", zone);
        var start = midnight.Next(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), zone.GetUtcOffset(day.ToDateTime(TimeOnly.MinValue))).AddHours(-4)) ?? now;
        var end = midnight.Next(start) ?? start.AddDays(1);
        var jobs = movable.SelectMany(job => job.Schedule.Between(start.AddTicks(-1), end.AddTicks(-1)).Take(1).Select(time => Movable(job, time, durations))).ToList();
        var quiet = windows.SelectMany(window => Times(window, day, start, zone)).ToList();
        return WindowPlanner.Plan(jobs, quiet, new JobPeriod(start, end, new Dictionary<string, DateTimeOffset>()), _ => 1, now);
    }

    private static MovableJob Movable(ScheduledJob job, DateTimeOffset time, IReadOnlyDictionary<string, TimeSpan> durations)
    {
        var duration = durations.GetValueOrDefault(job.Name, UsualDuration);
        return new MovableJob(job.Name, duration > ShortestPlanned ? duration : ShortestPlanned, job.Definition.Tiers, job.Definition.WaitsFor is { } first ? [first] : [], time);
    }

    // A window that begins on the evening before reaches into this day.
    private static IEnumerable<QuietTime> Times(LowUsageWindow window, DateOnly day, DateTimeOffset start, TimeZoneInfo zone) =>
        from back in new[] { 0, 1 }
        where day.AddDays(-back).DayOfWeek == window.Day
        let begins = start.AddDays(-back).AddHours(window.StartHour)
        select new QuietTime(begins, begins.AddHours(window.Hours), window.Share) into time
        where zone.GetUtcOffset(time.Start) == zone.GetUtcOffset(time.End)
        select time;
}
