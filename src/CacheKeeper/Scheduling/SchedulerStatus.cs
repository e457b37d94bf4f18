namespace CacheKeeper.Scheduling;

/// <summary>How the scheduler of a project stands.</summary>
/// <param name="Keepers">The processes that run it now; empty when none does.</param>
/// <param name="Learned">Learned quiet hours, or why the timetable stands.</param>
internal sealed record SchedulerStatus(string Project, IReadOnlyList<KeeperNode> Keepers, IReadOnlyList<JobStatus> Jobs, string Learned)
{
    /// <summary>The freeze that holds; null when changes are allowed.</summary>
    public Freeze? Freeze { get; init; }
}

/// <summary>What the state tells about the jobs of a project.</summary>
internal sealed record StatusFacts(
    IReadOnlyDictionary<string, RunRecord> Latest,
    IReadOnlyList<RunRecord> Running,
    IReadOnlyDictionary<string, DateTimeOffset> LastScheduled,
    IReadOnlyDictionary<string, DateTimeOffset> Since,
    IReadOnlyDictionary<string, Pause> Pauses,
    IReadOnlyDictionary<string, Rhythm> Rhythms,
    IReadOnlyDictionary<string, MovedStart> Moves);

/// <summary>How one job stands. <paramref name="Next"/> is null for one that does not fire.</summary>
internal sealed record JobStatus(ScheduledJob Job, RunRecord? Last, RunRecord? Running, DateTimeOffset? Next, Pause? Pause, Rhythm? Rhythm, MovedStart? Moved, Overdue? Overdue)
{
    public string State => this switch
    {
        { Job.Available: false } => "not_available",
        { Job.Settings.Enabled: false } => "off",
        { Running: not null } => "running",
        { Pause: not null } => "paused",
        { Overdue: not null } => "overdue",
        _ => "waiting",
    };

    public static JobStatus Of(ScheduledJob job, StatusFacts facts, SchedulingPolicy policy, DateTimeOffset now)
    {
        var running = facts.Running.FirstOrDefault(run => run.Job == job.Name);
        var pause = facts.Pauses.GetValueOrDefault(job.Name) is { } one && one.Holds(now) ? one : null;
        var rhythm = facts.Rhythms.GetValueOrDefault(job.Name);
        var line = new JobLine(job, now) { Rhythm = rhythm, Moved = facts.Moves.GetValueOrDefault(job.Name) };
        return new JobStatus(job, facts.Latest.GetValueOrDefault(job.Name), running, line.Wake, pause, rhythm, line.Moved, Overdue.Find(job, Expected(job, facts, rhythm), running, pause, policy, now));
    }

    // Where nothing is recorded yet, times count from when the schedule began to hold; before any keeper ran nothing is expected.
    private static DateTimeOffset? Expected(ScheduledJob job, StatusFacts facts, Rhythm? rhythm)
    {
        if (!facts.Since.TryGetValue(job.Name, out var since))
        {
            return null;
        }

        var from = facts.LastScheduled.TryGetValue(job.Name, out var last) && last > since ? last : since;
        return new JobLine(job, rhythm?.ChangedAt > from ? rhythm.ChangedAt : from) { Rhythm = rhythm, Moved = facts.Moves.GetValueOrDefault(job.Name) }.Wake;
    }
}
