using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Cli;

/// <summary>What a command works with: its common options, the settings they name, and the project's parts.</summary>
internal static class SessionHost
{
    public static KeeperSettings Settings(ParseResult parsed) => RemoteSessionHost.Current?.Keeper.Settings
        ?? SettingsStore.Load(parsed.GetValue(CommonOptions.Config), parsed.GetValue(CommonOptions.Project));

    /// <summary>Opens the project that the options name.</summary>
    public static Task<KeeperHost> OpenAsync(ParseResult parsed, CancellationToken cancellationToken) => RemoteSessionHost.Current is { Keeper: { } keeper }
        ? Task.FromResult(KeeperHost.Open(keeper.Settings, keeper.State, keeper.Time, NullLoggerFactory.Instance))
        : KeeperHost.OpenAsync(Settings(parsed), TimeProvider.System, cancellationToken);

    public static bool Json(ParseResult parsed) => parsed.GetValue(CommonOptions.Json);

    public static bool Quiet(ParseResult parsed) => parsed.GetValue(CommonOptions.Quiet);

    /// <summary>The exit code that tells an outcome.</summary>
    public static int ExitCodeOf(Scheduling.RunOutcome? outcome) => outcome switch
    {
        Scheduling.RunOutcome.Done or Scheduling.RunOutcome.NothingToDo or Scheduling.RunOutcome.DryRun or Scheduling.RunOutcome.Skipped => ExitCode.Done,
        Scheduling.RunOutcome.Degraded => ExitCode.Degraded,
        Scheduling.RunOutcome.Refused => ExitCode.Refused,
        Scheduling.RunOutcome.Interrupted => ExitCode.Interrupted,
        _ => ExitCode.Failed,
    };
}
