using System.CommandLine;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>analytics collect</c>: one look at every tier into the keeper's own store.</summary>
internal static class AnalyticsCollectCommand
{
    public static Command Create()
    {
        var command = new Command("collect", "Look at every tier now and keep the numbers");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var run = await keeper.Runner.RunAsync(MetricsHost.Collection(keeper), new JobRequest(keeper.Project, RunTrigger.Manual), cancellationToken);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(run!);
        }
        else if (!SessionHost.Quiet(parsed))
        {
            TerminalHost.Say(run!.Reason);
        }

        return SessionHost.ExitCodeOf(run!.Outcome);
    }
}
