using System.CommandLine;
using CacheKeeper.Cli.Connections;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary><c>debug connections</c>: every configured endpoint step by step (name, TCP, TLS, sign-in, first question) with times, versions, limits, and the likely cause of what failed.</summary>
internal static class DebugConnectionsCommand
{
    public static Command Create()
    {
        var command = new Command("connections", "Each configured endpoint step by step: name, TCP, TLS, sign-in, first question; times, limits, and the likely cause of what failed");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var reports = await new ConnectionsRunner(SessionHost.Settings(parsed), TimeProvider.System).RunAsync(cancellationToken);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(reports.Select(Document));
        }
        else
        {
            TerminalHost.Tell(reports.Count == 0 ? "No endpoint is configured. " + TierHost.HowToConfigure(TierName.Postgresql) : ConnectionsText.Of(reports));
        }

        return reports.All(report => report.Passed) ? ExitCode.Done : reports.Any(report => report.Passed) ? ExitCode.Degraded : ExitCode.Failed;
    }

    private static object Document(ConnectionReport report) => new
    {
        endpoint = report.Target.Name,
        address = report.Target.Address,
        setting = report.Target.Setting,
        report.Server,
        passed = report.Passed,
        steps = report.Steps.Select(step => new { step.Name, step.Passed, took_ms = Math.Round(step.Took.TotalMilliseconds, 2), step.Fault, step.Error, step.Note }),
        limits = report.Limits,
        cause = ConnectionCauses.Of(report),
    };
}
