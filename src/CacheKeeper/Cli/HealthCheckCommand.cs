using System.CommandLine;
using CacheKeeper.Health;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary><c>health check</c>: real calls to every tier, judged; exit code 0 healthy, 3 degraded, 1 critical or nothing configured.</summary>
internal static class HealthCheckCommand
{
    public static Command Create()
    {
        var command = new Command("check", "Check every tier with real calls (exit code 0 healthy, 3 degraded, 1 critical)");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = SessionHost.Settings(parsed);
        var tiers = TierHost.Create(settings, TimeProvider.System);
        var verdicts = await ProbeService.CheckAsync(tiers, TierHost.HowToConfigure, settings.Health, TimeProvider.System, cancellationToken);
        foreach (var tier in tiers)
        {
            await tier.DisposeAsync();
        }

        var report = HealthReport.Of(settings.Project, TimeProvider.System.GetUtcNow(), verdicts);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(report);
        }
        else if (!SessionHost.Quiet(parsed) || report.OverallHealth != "healthy")
        {
            TerminalHost.Tell(Text(report, verdicts));
        }

        return report.OverallHealth switch { "healthy" => ExitCode.Done, "degraded" => ExitCode.Degraded, _ => ExitCode.Failed };
    }

    private static string Text(HealthReport report, IReadOnlyList<HealthVerdict> verdicts)
    {
        var opening = report.OverallHealth switch
        {
            "healthy" => $"The cache of {report.Project} is healthy.",
            "degraded" => $"The cache of {report.Project} works, but not all of it is well.",
            "critical" => $"No tier of {report.Project} answers.",
            _ => $"No tier of {report.Project} is configured, so nothing is known.",
        };
        var lines = verdicts.Select(verdict => $"  {(verdict.Health == TierHealth.Healthy ? "✔" : verdict.Health == TierHealth.Failed ? "✘" : "!")} {verdict.Tier.Title(),-11} {report.Systems[verdict.Tier.Word()],-15} {verdict.Reason}{(verdict.Server is null ? "" : $"   ({verdict.Server})")}");
        var advice = report.Recommendations.Select(text => "→ " + text);
        return string.Join(Environment.NewLine, [opening, "", .. lines, .. report.Recommendations.Count > 0 ? new[] { "" } : [], .. advice]);
    }
}
