using System.CommandLine;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>backup schedule [CRON]</c>: shows when backups run, or writes another time into the settings file.</summary>
internal static class BackupScheduleCommand
{
    public static Command Create()
    {
        var cron = new Argument<string?>("cron") { Description = "Five fields, such as \"30 0 * * *\"; without it the present schedule is shown", Arity = ArgumentArity.ZeroOrOne };
        var window = new Option<string?>("--window") { Description = "auto: the usual time, from which the scheduler moves it into the day's quiet time once it has learned that" };
        window.AcceptOnlyFromAmong("auto");
        var dryRun = BackupRunHost.DryRunOption();
        var command = new Command("schedule", "Show when backups run, or set another time in the settings file") { cron, window, dryRun };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(cron), parsed.GetValue(window), parsed.GetValue(dryRun), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string? cron, string? window, bool dryRun, CancellationToken cancellationToken)
    {
        if (cron is not null && window is not null)
        {
            throw KeeperException.Usage("Name a time or --window auto, not both.");
        }

        if (cron is not null || window is not null)
        {
            var file = JobScheduleStore.Write(parsed.GetValue(CommonOptions.Config), FixedJobs.Backup, cron, dryRun);
            TerminalHost.Remark($"{(dryRun ? "Would write" : "Wrote")} {file}{(dryRun ? "" : "; a running keeper takes it up when it is restarted")}.");
        }

        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var line = keeper.Timetable.First(job => job.Name == FixedJobs.Backup);
        var moved = (await keeper.SchedulerNotes.MovesAsync(cancellationToken)).GetValueOrDefault(FixedJobs.Backup);
        var last = (await keeper.Runs.LatestAsync(keeper.Project, cancellationToken)).GetValueOrDefault(FixedJobs.Backup);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new { Cron = line.Schedule.Text, TimeZone = line.Schedule.Zone.Id, Moved = moved?.Reason, LastRun = last?.Run, LastOutcome = last?.Outcome });
        }
        else
        {
            TerminalHost.Say($"Backups run at '{line.Schedule.Text}' ({line.Schedule.Zone.Id}){(moved is null ? "" : $", moved to {moved.Start:HH:mm}Z: {moved.Reason}")}; the last one: {(last is null ? "never" : $"{last.StartedAt:yyyy-MM-dd HH:mm}Z, {last.Outcome?.ToString().ToLowerInvariant()}")}. A missed or failed one alerts after 26 hours (rule backup-overdue).");
        }

        return ExitCode.Done;
    }
}
