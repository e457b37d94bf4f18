using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary>The words and the JSON in which the scheduler's state is told.</summary>
internal static class SchedulerText
{
    public static string Opening(SchedulerStatus status, DaemonInfo? daemon, DateTimeOffset now) => (status.Keepers, daemon) switch
    {
        ([], null) => $"CacheKeeper does not run for {status.Project}. → 'cachekeeper scheduler start' starts it.",
        ([], { } starting) => $"CacheKeeper is starting (process {starting.ProcessId}).",
        var (keepers, _) => string.Join("\n", keepers.Select(keeper => $"CacheKeeper {keeper.Version} keeps {status.Project} on {keeper.Node}, up {Span(now - keeper.StartedAt)}, {keeper.Urls}")),
    };

    /// <summary>Where there is little room.</summary>
    public static string[] ShortRow(JobStatus job, DateTimeOffset now) => [.. Row(job, now)[..4], job.Next is { } next ? Time(next, job.Job)["yyyy-".Length..] : "–"];

    public static string[] Row(JobStatus job, DateTimeOffset now) =>
    [
        job.Job.Name,
        job.State.Replace('_', ' '),
        job.Last is { } last ? $"{Span(now - last.StartedAt)} ago" : "–",
        job.Last?.Outcome is { } outcome ? RunRow.Word(outcome).Replace('_', ' ') : "–",
        job.Next is { } next ? $"{Time(next, job.Job)} (in {Span(next - now)})" : "–",
        job.Job.Schedule.Text + (job.Job.Schedule.Zone.Id == "UTC" ? "" : $" {job.Job.Schedule.Zone.Id}"),
    ];

    public static IEnumerable<string> Remarks(SchedulerStatus status)
    {
        if (status.Freeze is { } freeze)
        {
            yield return $"! {freeze.Words}. → 'cachekeeper scheduler unfreeze' allows changes again.";
        }

        foreach (var job in status.Jobs)
        {
            if (job.Pause is { } pause)
            {
                yield return $"{job.Job.Name}: {pause.Words}";
            }

            if (job.Rhythm is { IsAdapted: true } rhythm)
            {
                yield return $"{job.Job.Name}: {rhythm.Reason}";
            }

            if (job.Moved is { } moved)
            {
                yield return $"{job.Job.Name}: starts at {moved.Start:yyyy-MM-dd HH:mm}Z, {moved.Reason}";
            }

            if (job.Overdue is { } overdue)
            {
                yield return $"! {job.Job.Name} is overdue. {overdue.Reason}";
            }
        }

        yield return status.Learned;
    }

    public static object Json(SchedulerStatus status, DaemonInfo? daemon, DateTimeOffset now) => new
    {
        status.Project,
        Running = status.Keepers.Count > 0,
        ProcessId = daemon?.ProcessId,
        Keepers = status.Keepers.Select(keeper => new { keeper.Node, StartedAt = Iso(keeper.StartedAt), SeenAt = Iso(keeper.SeenAt), Uptime = (now - keeper.StartedAt).ToString(@"d\.hh\:mm\:ss"), keeper.Urls, keeper.Version }),
        Frozen = status.Freeze is { } freeze ? new { Since = Iso(freeze.Since), Until = Iso(freeze.Until), freeze.Author, freeze.Reason } : null,
        Jobs = status.Jobs.Select(Json),
        status.Learned,
    };

    private static object Json(JobStatus job) => new
    {
        Job = job.Job.Name,
        job.State,
        job.Job.Definition.Description,
        Cron = job.Job.Schedule.Text,
        TimeZone = job.Job.Schedule.Zone.Id,
        job.Job.Settings.Enabled,
        job.Job.Available,
        Last = job.Last is { } last ? new { last.Run, Outcome = last.Outcome, StartedAt = Iso(last.StartedAt), EndedAt = Iso(last.EndedAt), last.Reason } : null,
        Running = job.Running?.Run,
        Next = Iso(job.Next),
        Paused = job.Pause is { } pause ? new { Since = Iso(pause.Since), Until = Iso(pause.Until), pause.Reason } : null,
        Adapted = job.Rhythm is { IsAdapted: true } rhythm ? new { rhythm.Interval, rhythm.Base, ChangedAt = Iso(rhythm.ChangedAt), rhythm.Reason } : null,
        Moved = job.Moved is { } moved ? new { ScheduledAt = Iso(moved.ScheduledAt), Start = Iso(moved.Start), moved.Reason } : null,
        Overdue = job.Overdue is { } overdue ? new { Since = Iso(overdue.Since), overdue.Reason } : null,
    };

    public static string? Iso(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    /// <summary>A time on the job's clock; its zone is named where it is not UTC.</summary>
    public static string Time(DateTimeOffset time, ScheduledJob job) =>
        TimeZoneInfo.ConvertTime(time, job.Schedule.Zone).ToString("yyyy-MM-dd HH:mm") + (job.Schedule.Zone.Id == "UTC" ? "Z" : "");

    /// <summary>How long, as a person says it.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(0, (int)span.TotalSeconds)} s",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)span.TotalHours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d",
    };
}
