using System.CommandLine;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>cleanup undo RUN</c>: brings back what a run removed.</summary>
internal static class CleanupUndoCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "The run to take back, such as run-2026-11-23-0007" };
        var command = new Command("undo", "Bring back what a run removed or changed; what was written since is left alone") { run };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(run)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string run, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var record = await TerminalHost.ProgressAsync("Restoring", SessionHost.Quiet(parsed) || SessionHost.Json(parsed), progress =>
            keeper.UndoAsync(run, new JobRequest(keeper.Project, RunTrigger.Manual) { Progress = progress }, cancellationToken));
        return RunOutputHost.Print(record!, SessionHost.Json(parsed), SessionHost.Quiet(parsed), done => done.Reason);
    }
}
