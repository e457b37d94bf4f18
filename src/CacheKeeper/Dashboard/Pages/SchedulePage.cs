using CacheKeeper.Scheduling;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>The timetable: when each job comes next, and what came of it last.</summary>
internal static class SchedulePage
{
    /// <summary>When a job comes next by its own or the operator's cron text; null when it is switched off.</summary>
    public static DateTimeOffset? Next(FixedJob job, SchedulingPolicy policy, DateTimeOffset now)
    {
        var own = policy.Jobs.GetValueOrDefault(job.Name);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(own?.TimeZone ?? policy.TimeZone);
        return own is { Enabled: false } ? null : CronSchedule.Parse(own?.Cron ?? job.Cron, zone).Next(now);
    }

    public static Html Of(SchedulingPolicy policy, Func<string, bool> isAvailable, IReadOnlyDictionary<string, RunRecord> last, bool mayOperate, string query, DateTimeOffset now) => Html.Of($"""
        <h1>Schedule</h1>
        <p class="lead">When each job is due by the timetable. It runs while the scheduler runs.</p>
        {Grid.Of("Timetable", [Column.Prose("Job"), "Due", "Times", "Last run", "Came of it"], FixedJobs.All, job =>
        [
            Html.Of($"{job.Name}<small>{job.Description}</small>"), Due(job, policy, isAvailable, now), Html.Of($"{policy.Jobs.GetValueOrDefault(job.Name)?.Cron ?? job.Cron}"), .. Last(last.GetValueOrDefault(job.Name), query, now),
        ])}
        {Html.When(mayOperate, () => Forms(isAvailable, query))}
        """);

    private static Html Forms(Func<string, bool> isAvailable, string query) => Html.Of($"""
        <details><summary>Hold a job back, or let it go on</summary>
        <form method="post" action="/do/scheduler/pause{query}" class="row"><label for="pause-job">Job</label><select id="pause-job" name="job">{Jobs(isAvailable)}</select>
        <label for="pause-until">For</label><select id="pause-until" name="until"><option>1h</option><option>4h</option><option>1d</option><option>7d</option></select>
        <label for="pause-reason">Why</label><input id="pause-reason" name="reason" required maxlength="300"><button>Hold it back</button></form>
        <form method="post" action="/do/scheduler/resume{query}" class="row"><label for="resume-job">Job</label><select id="resume-job" name="job">{Jobs(isAvailable)}</select><button>Let it go on</button></form></details>
        <details><summary>Run a job now</summary>
        <form method="post" action="/do/scheduler/run{query}" class="row"><label for="run-job">Job</label><select id="run-job" name="job">{Jobs(isAvailable)}</select>
        <label for="run-words">Type its name</label><input id="run-words" name="words" autocomplete="off" required><button class="danger">Run it now</button></form></details>
        """);

    private static Html Jobs(Func<string, bool> isAvailable) => Html.Each(FixedJobs.All.Where(job => isAvailable(job.Name)), job => Html.Of($"<option>{job.Name}</option>"));

    private static Html Due(FixedJob job, SchedulingPolicy policy, Func<string, bool> isAvailable, DateTimeOffset now) => (isAvailable(job.Name), Next(job, policy, now)) switch
    {
        (false, _) => Text.Unknown("not available in this version"),
        (_, null) => Text.Unknown("switched off"),
        (_, var next) => Text.Ago(next, now),
    };

    private static Html[] Last(RunRecord? run, string query, DateTimeOffset now) => run is null
        ? [Text.Unknown("none yet"), Html.None]
        : [Html.Of($"""<a href="/runs/{Uri.EscapeDataString(run.Run)}{query}">{Text.Ago(run.StartedAt, now)}</a>"""), Text.Outcome(run)];
}
