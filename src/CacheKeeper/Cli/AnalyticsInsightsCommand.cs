using System.CommandLine;
using CacheKeeper.Analytics;
using CacheKeeper.Storage;

namespace CacheKeeper.Cli;

/// <summary><c>analytics insights</c>: what is worth knowing, open and lately closed, each matter once.</summary>
internal static class AnalyticsInsightsCommand
{
    private static readonly Option<bool> Closed = new("--closed") { Description = "Those that are over too" };
    private static readonly Option<string> Since = new("--since") { Description = "With --closed: how far back", DefaultValueFactory = _ => "7d" };

    public static Command Create()
    {
        var command = new Command("insights", "What is worth knowing: anomalies, declines, growth, limits, waste") { Closed, Since };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var back = Duration.Parse(parsed.GetValue(Since)!) ?? throw KeeperException.Usage($"--since {parsed.GetValue(Since)} is no duration.", "Write it as 12h or 7d.");
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        var findings = (await new FindingService(keeper.State, keeper.Settings.Analytics).ListAsync(keeper.Project, now - back, now, cancellationToken))
            .Where(finding => finding.Open || parsed.GetValue(Closed)).ToList();
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(findings);
            return ExitCode.Done;
        }

        if (findings.Count == 0)
        {
            TerminalHost.Tell(parsed.GetValue(Closed) ? "Nothing was worth telling." : "Nothing is open.");
        }

        foreach (var finding in findings)
        {
            TerminalHost.Tell($"[{RunWord(finding)}] {finding.Message}");
            TerminalHost.Tell($"    since {UtcTime.Text(finding.OpenedAt)}{(finding.ClosedAt is { } closed ? $", closed {UtcTime.Text(closed)}" : "")}   {finding.Id}");
            foreach (var recommendation in finding.Recommendations)
            {
                TerminalHost.Tell($"    - {recommendation}");
            }
        }

        return ExitCode.Done;
    }

    private static string RunWord(Finding finding) => finding.Severity.ToString().ToLowerInvariant();
}
