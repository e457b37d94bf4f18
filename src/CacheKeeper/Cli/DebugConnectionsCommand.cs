using System.CommandLine;
using CacheKeeper.Health;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary><c>debug connections</c>: every call of every tier's probe with its time, and the likely cause of what failed.</summary>
internal static class DebugConnectionsCommand
{
    public static Command Create()
    {
        var command = new Command("connections", "Each configured endpoint, call by call, with times and the likely cause of what failed");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = SessionHost.Settings(parsed);
        var probes = new List<ProbeResult>();
        foreach (var tier in TierHost.Create(settings, TimeProvider.System))
        {
            await using (tier)
            {
                probes.Add(await tier.ProbeAsync(cancellationToken));
            }
        }

        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(probes.Select(probe => new
            {
                tier = probe.Tier.Word(),
                probe.Server,
                passed = probe.Passed,
                steps = probe.Steps.Select(step => new { step.Name, step.Passed, took_ms = Math.Round(step.Took.TotalMilliseconds, 2), step.Error }),
                hint = probe.Hint,
            }));
        }
        else
        {
            TerminalHost.Say(probes.Count == 0 ? "No tier is configured. " + TierHost.HowToConfigure(TierName.Postgresql) : string.Join("\n\n", probes.Select(Text)));
        }

        var verdicts = probes.Select(probe => HealthJudge.Judge(probe, settings.Health)).ToList();
        return HealthJudge.Overall(verdicts) switch { "healthy" => ExitCode.Done, "degraded" => ExitCode.Degraded, _ => ExitCode.Failed };
    }

    private static string Text(ProbeResult probe)
    {
        var steps = probe.Steps.Select(step => $"  {(step.Passed ? "✔" : "✘")} {step.Name,-8}{step.Took.TotalMilliseconds,9:0.0} ms  {step.Error}".TrimEnd());
        return string.Join('\n', [$"{probe.Tier.Title()}   {probe.Server}".TrimEnd(), .. steps, .. probe.Hint.Length > 0 ? new[] { "  → " + probe.Hint } : []]);
    }
}
