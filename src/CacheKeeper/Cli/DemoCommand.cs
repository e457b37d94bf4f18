using System.CommandLine;
using System.Text.Json.Nodes;
using CacheKeeper.Cleanup;
using CacheKeeper.Health;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary><c>demo</c>: three real tiers, real questions through them, looked at, cleaned, taken back, shown.</summary>
internal static class DemoCommand
{
    private static readonly Option<string> Data = new("--data") { Description = "Where the sandbox and the keeper's state are kept", DefaultValueFactory = _ => ".sandbox" };
    private static readonly Option<string?> Load = new("--load") { Description = "Questions to fill the tiers with: a TSV file (gzip too), first column the question" };
    private static readonly Option<string?> Traffic = new("--traffic") { Description = "An access trace to replay through the gateway's client" };
    private static readonly Option<string?> Speed = new("--speed") { Description = "How many times faster than the trace's clock, or max" };
    private static readonly Option<bool> Empty = new("--empty") { Description = "Begin without questions; else a fresh sandbox gets made-up ones, and traffic, where neither --load nor --traffic is given" };
    private static readonly Option<bool> Once = new("--once") { Description = "End after the first pass instead of staying" };

    public static Command Create()
    {
        var command = new Command("demo", "Three real tiers on this machine, questions through them, looked at, cleaned, taken back; Ctrl-C ends all of it") { Data, Load, Traffic, Speed, Empty, Once };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var data = Path.GetFullPath(parsed.GetValue(Data)!);
        TerminalHost.Say($"CacheKeeper {typeof(DemoCommand).Assembly.GetName().Version?.ToString(3)}   sandbox in {parsed.GetValue(Data)}   Ctrl-C ends everything it started\n");
        string[] arguments = ["--data", data, .. Given("--load", parsed.GetValue(Load)), .. Given("--traffic", parsed.GetValue(Traffic)), .. Given("--speed", parsed.GetValue(Speed)), .. IsSample(parsed, data) ? (string[])["--sample"] : []];
        await using var sandbox = await SandboxRunner.StartAsync(arguments, TerminalHost.Relay, cancellationToken);
        var config = WriteSettings(data, sandbox.Endpoints);
        if (arguments.Contains("--traffic") || arguments.Contains("--sample"))
        {
            await sandbox.Traffic.WaitAsync(cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }

        await using (var keeper = await KeeperHost.OpenAsync(SettingsStore.Load(config, null), TimeProvider.System, cancellationToken))
        {
            await PassAsync(keeper, cancellationToken);
        }

        TerminalHost.Say($"\nNext, in another terminal:\n  {Shell()} cleanup light --dry-run --config {config}\n  {Shell()} cleanup undo RUN --config {config}   (a cleanup's last lines name its run)\n  {Shell()} health check --config {config}");
        if (!parsed.GetValue(Once))
        {
            await StayAsync(sandbox, config, cancellationToken);
        }

        return ExitCode.Done;
    }

    // Look, clean, take back, and say what each step did and cost.
    private static async Task PassAsync(KeeperHost keeper, CancellationToken cancellationToken)
    {
        var health = await ProbeService.CheckAsync(keeper.Tiers, TierHost.HowToConfigure, keeper.Settings.Health, keeper.Time, cancellationToken);
        var postgres = keeper.Tiers.OfType<PostgresTier>().FirstOrDefault();
        var counters = postgres is null ? null : await ClientCounterStore.ReadAsync(postgres, keeper.Project, keeper.Time.GetUtcNow(), cancellationToken);
        var collected = await keeper.Runner.RunAsync(MetricsHost.Collection(keeper), new JobRequest(keeper.Project, RunTrigger.Manual), cancellationToken);
        var request = new CleanupRequest(keeper.Project, CleanupMode.Light, CleanupMode.Light, "Light cleanup: only what has expired.") { Overrides = new CleanupOverrides { AllowShare = 1 }, FullPace = true };
        var cleaned = await keeper.Runner.RunAsync(keeper.CleanupJob(request), new JobRequest(keeper.Project, RunTrigger.Manual), cancellationToken);
        var undone = cleaned?.UndoUntil is null ? null : await keeper.UndoAsync(cleaned.Run, new JobRequest(keeper.Project, RunTrigger.Manual), cancellationToken);
        var rows = keeper.Tiers.Reverse().Select(tier => DemoRow.Of(tier, health.First(verdict => verdict.Tier == tier.Name), counters, collected, cleaned, undone)).ToList();
        TerminalHost.Tell(DemoText.Of(keeper.Project, rows, counters, cleaned, undone, postgres is not null));
    }

    // The daemon keeps the cache and serves the page until Ctrl-C, in this process.
    private static async Task StayAsync(SandboxRunner sandbox, string config, CancellationToken cancellationToken)
    {
        TerminalHost.Say($"\nThe keeper runs until Ctrl-C. Settings: {config}\n");
        try
        {
            await Task.WhenAny(CommandLineHost.RunAsync(["run", "--config", config]), sandbox.WaitAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how it ends.
        }

        TerminalHost.Say("\nEnding what was started …");
    }

    // A sandbox that was filled before keeps what it has.
    private static bool IsSample(ParseResult parsed, string data) =>
        !parsed.GetValue(Empty) && parsed.GetValue(Load) is null && parsed.GetValue(Traffic) is null && !File.Exists(Path.Combine(data, "sandbox.json"));

    private static string[] Given(string option, string? value) => value is null ? [] : [option, value];

    private static string Shell() => Environment.ProcessPath is { } path && path.Contains("artifacts", StringComparison.Ordinal) ? Path.GetRelativePath(Environment.CurrentDirectory, path) : "cachekeeper";

    // Written beside the sandbox's data so that every other command can be pointed at it; only its owner may read it.
    private static string WriteSettings(string data, JsonObject endpoints)
    {
        string Of(string name) => endpoints[name]?.ToString() ?? "";
        var settings = new JsonObject
        {
            ["project"] = Of("project"),
            ["postgresql"] = new JsonObject { ["url"] = Of("keeper_database_url") is { Length: > 0 } keeper ? keeper : Of("database_url") },
            ["upstash"] = new JsonObject { ["url"] = Of("upstash_url"), ["token"] = Of("upstash_token") },
            ["state"] = new JsonObject { ["directory"] = Path.Combine(data, "state") },
        };
        if (Of("mem0_host").Length > 0)
        {
            settings["mem0"] = new JsonObject { ["host"] = Of("mem0_host"), ["apiKey"] = Of("mem0_api_key") };
        }

        var path = Path.Combine(data, "cachekeeper.json");
        File.WriteAllText(path, settings.ToJsonString(SettingsBinder.Format));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}
