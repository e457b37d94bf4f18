using System.CommandLine;
using System.Text.Json;
using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>cleanup smart|light|…</c>: one verb per strength, all of them the same run.</summary>
internal static class CleanupStrengthCommand
{
    public static Command Create(CleanupMode mode, string summary)
    {
        var options = new ChangeOptions();
        var command = new Command(Word(mode), summary);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, options, Request(mode), dryRun: false, cancellationToken));
        return command;
    }

    /// <summary><c>cleanup category NAME</c>: everything of one category, exactly.</summary>
    public static Command CreateCategory()
    {
        var options = new ChangeOptions();
        var name = new Argument<string>("name") { Description = "The category, exactly as it is written" };
        var command = new Command("category", "Remove one category from all tiers: rows, their keys and their memories together") { name };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, options, Request(CleanupMode.Category) with { Category = parsed.GetValue(name), Reason = $"Category cleanup, as asked: everything in '{parsed.GetValue(name)}'." }, dryRun: false, cancellationToken));
        return command;
    }

    /// <summary><c>cleanup entry KEY</c>: one entry, shown as a plan first, as its page does; removed by <c>cleanup apply</c>, or at once with <c>--yes</c>.</summary>
    public static Command CreateEntry()
    {
        var options = new ChangeOptions();
        var key = new Argument<string>("key") { Description = "Its id in a tier (a row's id, a Redis key, a memory's id) or its query hash" };
        var command = new Command("entry", "Plan the removal of one entry with its keys and memories; 'cleanup apply PLAN' (or --yes) carries it out") { key };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed, options, Request(CleanupMode.Entry) with { Key = EntryKey(parsed.GetValue(key)!) }, dryRun: !parsed.GetValue(CommonOptions.Yes), cancellationToken));
        return command;
    }

    private static string EntryKey(string key) => key.Length > 0 ? key : throw KeeperException.Usage("Which entry?", "Give its id or its query hash; the page 'Entries' and 'debug why' show them.");

    /// <summary><c>cleanup plan MODE</c>: the plan alone, to be applied later.</summary>
    public static Command CreatePlan()
    {
        var options = new ChangeOptions();
        var mode = new Argument<string>("mode") { Description = "smart, light, targeted, moderate, aggressive, deep, compress or expiry" };
        mode.AcceptOnlyFromAmong("smart", "light", "targeted", "moderate", "aggressive", "deep", "compress", "expiry");
        var command = new Command("plan", "Make a plan and stop; 'cleanup apply PLAN' carries it out") { mode };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, options, Request(Enum.Parse<CleanupMode>(parsed.GetValue(mode)!, ignoreCase: true)), dryRun: true, cancellationToken));
        return command;
    }

    /// <summary>What a strength asks for when a person names it.</summary>
    public static CleanupRequest Request(CleanupMode mode) => new("", mode, mode, mode switch
    {
        CleanupMode.Light => "Light cleanup, as asked: only what has expired.",
        CleanupMode.Targeted => "Targeted cleanup, as asked: what has expired, and the least valuable half of categories whose hit ratio drags.",
        CleanupMode.Moderate => "Moderate cleanup, as asked: what has expired, and the entries worth least.",
        CleanupMode.Aggressive => "Aggressive cleanup, as asked: down to the target size, entries worth least first.",
        CleanupMode.Deep => "Deep cleanup, as asked: moderate, superseded, stale and duplicate memories, and large values compressed.",
        CleanupMode.Compress => "Compression, as asked: large values become smaller and answer as before.",
        CleanupMode.Entry => "One entry, as asked: with the keys and memories of its row.",
        CleanupMode.Expiry => "Ends, as asked: Redis keys that were written without one get one.",
        _ => "",
    });

    /// <summary>Runs a cleanup as the options say and prints what came of it.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, ChangeOptions options, CleanupRequest request, bool dryRun, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var asked = request with
        {
            Project = keeper.Project,
            Category = request.Category ?? options.Category(parsed),
            OnlyTiers = options.Tiers(parsed),
            Overrides = options.Overrides(parsed),
            FullPace = options.FullPace(parsed),
        };
        var run = await TerminalHost.ProgressAsync("Cleaning up", SessionHost.Quiet(parsed) || SessionHost.Json(parsed), progress => keeper.Runner.RunAsync(
            keeper.CleanupJob(asked), new JobRequest(keeper.Project, RunTrigger.Manual) { DryRun = dryRun || options.DryRun(parsed), Progress = progress }, cancellationToken));
        var code = RunOutputHost.Print(run!, SessionHost.Json(parsed), SessionHost.Quiet(parsed), Text);
        // A plan over a part of the tiers is a plan, and not the whole truth.
        return code == ExitCode.Done && PlanOf(run!)?.Unseen.Any() == true ? ExitCode.Degraded : code;
    }

    private static string Word(CleanupMode mode) => mode.ToString().ToLowerInvariant();

    private static CleanupPlan? PlanOf(RunRecord run) => run.Plan?.Deserialize<CleanupPlan>(StateJson.Options);

    private static string Text(RunRecord run) => PlanOf(run) is { } plan ? CleanupText.Of(run, plan) : run.Reason;
}
