using System.CommandLine;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper optimizer schedule [CRON]</c>: shows when the optimizer runs, or sets its time in the settings file.</summary>
internal static class OptimizerScheduleCommand
{
    private static readonly Argument<string?> Cron = new("cron") { Description = "Five fields, such as \"0 4 * * *\"; without it the present schedule is shown", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Window = new("--window") { Description = "auto: the usual time, from which the scheduler moves it into the day's quiet time once it has learned that" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be written, and write nothing" };

    public static Command Create()
    {
        Window.AcceptOnlyFromAmong("auto");
        var command = new Command("schedule", "Show when the optimizer runs, or set another time in the settings file") { Cron, Window, DryRun };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (cron, window, dryRun) = (parsed.GetValue(Cron), parsed.GetValue(Window), parsed.GetValue(DryRun));
        if (cron is not null && window is not null)
        {
            throw KeeperException.Usage("Name a time or --window auto, not both.");
        }

        if (cron is not null || window is not null)
        {
            var file = JobScheduleStore.Write(parsed.GetValue(CommonOptions.Config), FixedJobs.PerformanceOptimization, cron, dryRun);
            TerminalHost.Remark(dryRun ? $"Would write {file}." : $"Wrote {file}; a running keeper takes it up when it is restarted.");
        }

        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        var jobs = keeper.Timetable.Where(job => job.Name is FixedJobs.PerformanceOptimization or FixedJobs.FullOptimization).ToList();
        var moves = await keeper.SchedulerNotes.MovesAsync(cancellationToken);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(jobs.Select(job => new { Job = job.Name, Cron = job.Schedule.Text, TimeZone = job.Schedule.Zone.Id, Next = SchedulerText.Iso(job.Fires ? job.Schedule.Next(now) : null), Moved = moves.GetValueOrDefault(job.Name)?.Reason }));
            return ExitCode.Done;
        }

        foreach (var job in jobs)
        {
            var moved = moves.TryGetValue(job.Name, out var move) ? $", moved to {move.Start:HH:mm}Z: {move.Reason}" : "";
            TerminalHost.Say($"{job.Name,-26}{job.Schedule.Text,-14}{job.Schedule.Zone.Id,-8}{(job.Fires && job.Schedule.Next(now) is { } next ? SchedulerText.Time(next, job) : "off")}{moved}");
        }

        return ExitCode.Done;
    }
}
