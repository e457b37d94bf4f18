using System.CommandLine;
using System.Text.Json;
using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>cleanup light</c>: removes what has expired, in all tiers.</summary>
internal static class CleanupLightCommand
{
    public static Command Create()
    {
        var options = new ChangeOptions();
        var command = new Command("light", "Remove what has expired; report Redis keys that never expire");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, options, null, cancellationToken));
        return command;
    }

    /// <summary>Runs a light cleanup, or applies a plan made before.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, ChangeOptions options, string? plan, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var request = new CleanupRequest(keeper.Project, CleanupMode.Light, CleanupMode.Light, "Light cleanup, as asked: only what has expired.")
        {
            Category = options.Category(parsed),
            OnlyTiers = options.Tiers(parsed),
            Overrides = options.Overrides(parsed),
            FullPace = options.FullPace(parsed),
            Plan = plan,
        };
        var run = await TerminalHost.ProgressAsync("Cleaning up", SessionHost.Quiet(parsed) || SessionHost.Json(parsed), progress => keeper.Runner.RunAsync(
            keeper.CleanupJob(request), new JobRequest(keeper.Project, RunTrigger.Manual) { DryRun = options.DryRun(parsed), Progress = progress }, cancellationToken));
        return RunOutputHost.Print(run!, SessionHost.Json(parsed), SessionHost.Quiet(parsed), Text);
    }

    private static string Text(RunRecord run) => run.Plan?.Deserialize<CleanupPlan>(StateJson.Options) is { } plan ? CleanupText.Of(run, plan) : run.Reason;
}
