using System.CommandLine;
using System.Text.Json;
using CacheKeeper.Optimization;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>cachekeeper optimizer run</c>: judges earlier changes, applies what the policy allows, records the promise.</summary>
internal static class OptimizerRunCommand
{
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Make the plan, show it, stop" };
    private static readonly Option<string[]> Only = new("--only") { Description = "Only these recommendations or rules, such as ttl:payments or maintenance (repeatable)", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> Retime = new("--retime") { Description = "Give existing entries the lifetimes that stand now, in batches that can be undone" };

    private static readonly Option<bool> Prewarm = new("--prewarm") { Description = "Copy the answers asked for most from PostgreSQL into Redis, within optimizer.prewarm's budget" };

    public static Command Create()
    {
        var command = new Command("run", "Judge earlier changes, then apply what the policy allows; each change is compared with its promise later") { DryRun, Only, Retime, Prewarm };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var parts = new OptimizerHost(keeper);
        IJob job = parsed.GetValue(Retime) ? parts.RetimeJob() : parsed.GetValue(Prewarm) ? parts.PrewarmJob() : parts.Job(FixedJobs.PerformanceOptimization, new OptimizationRequest(parsed.GetValue(Only) ?? []));
        var run = await TerminalHost.ProgressAsync("Optimizing", SessionHost.Quiet(parsed) || SessionHost.Json(parsed), progress => keeper.Runner.RunAsync(
            job, new JobRequest(keeper.Project, RunTrigger.Manual) { DryRun = parsed.GetValue(DryRun), Progress = progress }, cancellationToken));
        return RunOutputHost.Print(run!, SessionHost.Json(parsed), SessionHost.Quiet(parsed), Text);
    }

    private static string Text(RunRecord run)
    {
        if (run.Plan?.Deserialize<OptimizationPlan>(StateJson.Options) is not { Advice: { } advice })
        {
            return run.Reason;
        }

        var lines = advice.Select(one => $"  {(one.Apply ? run.Outcome == RunOutcome.DryRun ? "would" : "done " : "left ")}  {one.Advice.What}  [{one.Advice.Id}]{(one.Because.Length > 0 ? ": " + one.Because : "")}"
            + (one.Apply && OptimizerText.Expected(one.Advice.Expected) is { Length: > 0 } expected ? $"\n         promised: {expected}" : ""));
        return string.Join('\n', [run.Reason, .. lines, .. run.UndoUntil is not null ? [$"To take it back: cachekeeper optimizer undo {run.Run}"] : Array.Empty<string>()]);
    }
}
