using System.CommandLine;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary><c>scheduler run JOB</c>: one job now, under the same leases and in the same ledger as the daemon's runs.</summary>
internal static class SchedulerRunCommand
{
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Make the plan, show it, stop" };

    public static Command Create()
    {
        var job = SchedulerJobArgument.Create();
        var command = new Command("run", "Run a job now (exit code 5 when it runs already)") { job, DryRun };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetRequiredValue(job), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string job, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var work = JobCatalogHost.Create(job, keeper);
        var silent = SessionHost.Quiet(parsed) || SessionHost.Json(parsed);
        var run = await TerminalHost.ProgressAsync(job, silent, progress => keeper.Runner.RunAsync(
            work, new JobRequest(keeper.Project, RunTrigger.Manual) { Name = job, DryRun = parsed.GetValue(DryRun), Progress = progress }, cancellationToken));
        return RunOutputHost.Print(run!, SessionHost.Json(parsed), SessionHost.Quiet(parsed), run => $"{run.Job} ({run.Run}): {(run.Outcome is { } outcome ? RunRow.Word(outcome) : "running")}. {run.Reason}");
    }
}
