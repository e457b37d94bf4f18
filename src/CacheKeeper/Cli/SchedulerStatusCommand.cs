using System.CommandLine;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler status</c>: does it run, since when, what ran last, what comes, what is paused, adapted, learned, overdue.</summary>
internal static class SchedulerStatusCommand
{
    private const int Wide = 115;

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
        TerminalHost.Tell(SchedulerText.Opening(status, daemon, now) + "\n");
        // A terminal of eighty columns has no room for the rule beside the next time.
        var isNarrow = TerminalHost.Width < Wide;
        string[] columns = ["Job", "State", "Last", "Outcome", "Next", .. isNarrow ? (string[])[] : ["Times"]];
        var rows = status.Jobs.Select(job => isNarrow ? SchedulerText.ShortRow(job, now) : SchedulerText.Row(job, now));
        TerminalHost.Say(ColumnText.Of([columns, .. rows]));
        foreach (var line in SchedulerText.Remarks(status))
        {
            TerminalHost.Tell(line);
        }
    }
}
