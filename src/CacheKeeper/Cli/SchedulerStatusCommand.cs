using System.CommandLine;
using CacheKeeper.Scheduling;
using Spectre.Console;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler status</c>: does it run, since when, what ran last, what comes, what is paused, adapted, learned, overdue.</summary>
internal static class SchedulerStatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Show whether the daemon runs, and how every job stands (exit code 3 when something is overdue)");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        var status = await StatusService.ReadAsync(keeper, now, cancellationToken);
        var daemon = DaemonStore.Of(keeper.Settings).FindRunning();
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(SchedulerText.Json(status, daemon, now));
        }
        else
        {
            Show(status, daemon, now);
        }

        return status.Jobs.Any(job => job.Overdue is not null) ? ExitCode.Degraded : ExitCode.Done;
    }

    private static void Show(SchedulerStatus status, DaemonInfo? daemon, DateTimeOffset now)
    {
        TerminalHost.Say(SchedulerText.Opening(status, daemon, now) + "\n");
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("Job", "State", "Last", "Outcome", "Next", "Times");
        foreach (var job in status.Jobs)
        {
            table.AddRow(SchedulerText.Row(job, now).Select(cell => new Text(cell)).ToArray());
        }

        TerminalHost.Table(table);
        foreach (var line in SchedulerText.Remarks(status))
        {
            TerminalHost.Say(line);
        }
    }
}
