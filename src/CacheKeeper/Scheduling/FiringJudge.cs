namespace CacheKeeper.Scheduling;

/// <summary>Decides whether a due firing runs, waits or is skipped: switches, stronger jobs, once a day, the day's backup, overlap.</summary>
internal static class FiringJudge
{
    public static FiringVerdict Judge(Firing firing, FiringFacts facts, SchedulingPolicy policy, DateTimeOffset now)
    {
        var job = facts.Timetable.First(one => one.Name == firing.Job);
        return Switched(job, facts, now)
            ?? Swallowed(job, firing, facts, policy)
            ?? RanAlready(job, firing, facts)
            ?? Overlapping(job, firing, facts)
            ?? Dependent(job, firing, facts, policy, now)
            ?? FiringVerdict.Run;
    }

    private static FiringVerdict? Switched(ScheduledJob job, FiringFacts facts, DateTimeOffset now) => job switch
    {
        { Available: false } => FiringVerdict.Skip("Not available: nothing stands behind this job yet."),
        { Settings.Enabled: false } => FiringVerdict.Skip($"Switched off by scheduling.jobs.{job.Name}.enabled."),
        _ when facts.Pauses.TryGetValue(job.Name, out var pause) && pause.Holds(now) => FiringVerdict.Skip($"Skipped: {pause.Words}."),
        _ => null,
    };

    private static FiringVerdict? Swallowed(ScheduledJob job, Firing firing, FiringFacts facts, SchedulingPolicy policy)
    {
        var stronger = facts.Timetable.FirstOrDefault(other => job.Definition.SwallowedBy.Contains(other.Name)
            && !(facts.Pauses.TryGetValue(other.Name, out var pause) && pause.Holds(firing.ScheduledAt))
            && other.FiresWithin(firing.ScheduledAt - policy.SwallowWithin, firing.ScheduledAt + policy.SwallowWithin));
        return stronger is null ? null : FiringVerdict.Skip($"Left to {stronger.Name}, which runs at about the same time and does more.");
    }

    // A daily job whose time was moved does not run twice on that day.
    private static FiringVerdict? RanAlready(ScheduledJob job, Firing firing, FiringFacts facts)
    {
        var ran = !job.IsDaily(firing.ScheduledAt) ? null : facts.Recent.FirstOrDefault(run => run.Job == job.Name && run.Run != firing.TakesOver
            && run.ScheduledAt is { } at && at != firing.ScheduledAt && job.DayOf(at) == job.DayOf(firing.ScheduledAt)
            && run.Outcome is not (RunOutcome.Skipped or RunOutcome.Interrupted or RunOutcome.Failed));
        return ran is null ? null : FiringVerdict.Skip($"Has run on this day already ({ran.Run}); its time was moved.");
    }

    private static FiringVerdict? Overlapping(ScheduledJob job, Firing firing, FiringFacts facts) => facts.RunningSince switch
    {
        null => null,
        _ when job.Settings.Overlap == OverlapPolicy.Queue || firing.Trigger == RunTrigger.CatchUp => FiringVerdict.Wait("The run before it has not ended."),
        { } since => FiringVerdict.Skip($"The run before it, begun at {since.UtcDateTime:HH:mm:ss}Z, has not ended."),
    };

    private static FiringVerdict? Dependent(ScheduledJob job, Firing firing, FiringFacts facts, SchedulingPolicy policy, DateTimeOffset now)
    {
        if (job.Definition.WaitsFor is not { } first || policy.WaiveBackup)
        {
            return null;
        }

        var (before, day) = (facts.Timetable.First(one => one.Name == first), job.DayOf(firing.ScheduledAt));
        var runs = facts.Recent.Where(run => run.Job == first && job.DayOf(run.ScheduledAt ?? run.StartedAt) == day).ToList();
        var late = now >= firing.ScheduledAt + policy.LongestWait;
        return runs switch
        {
            _ when runs.Any(run => run.Outcome == RunOutcome.Done) => null,
            _ when late => FiringVerdict.Skip($"No verified {first} of {day:yyyy-MM-dd} within {policy.LongestWait}; scheduling.waiveBackup lets it run without."),
            _ when runs.Any(run => run.EndedAt is null) => FiringVerdict.Wait($"Waits for the {first} that is running."),
            [{ Outcome: { } outcome } last, ..] => FiringVerdict.Skip($"No verified {first} of {day:yyyy-MM-dd}: {last.Run} is {RunRow.Word(outcome)} ({last.Reason.TrimEnd('.')}); scheduling.waiveBackup lets it run without."),
            _ when !before.Fires || (facts.Pauses.TryGetValue(first, out var pause) && pause.Holds(now)) => FiringVerdict.Skip($"No verified {first} of {day:yyyy-MM-dd}, and none will come: {first} {WhyNot(before)}; scheduling.waiveBackup lets it run without."),
            _ => FiringVerdict.Wait($"Waits for the {first} of {day:yyyy-MM-dd}."),
        };
    }

    private static string WhyNot(ScheduledJob job) => !job.Available ? "is not available" : !job.Settings.Enabled ? "is switched off" : "is paused";
}
