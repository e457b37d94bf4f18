using System.CommandLine;
using CacheKeeper.Health;
using CacheKeeper.Recovery;
using CacheKeeper.Tiers;
using Spectre.Console;

namespace CacheKeeper.Cli;

/// <summary><c>health monitor</c>: checks again and again; a live table on a terminal, one JSON line a check with <c>--json</c>. Changes nothing.</summary>
internal static class HealthMonitorCommand
{
    private const int Remembered = 50;
    private static readonly Option<string> Interval = new("--interval") { Description = "How often to check, such as 5s or 1m", DefaultValueFactory = _ => "5s" };
    private static readonly Option<int?> Count = new("--count") { Description = "Stop after so many checks (default: until Ctrl-C)" };

    public static Command Create()
    {
        var command = new Command("monitor", "Check again and again: a live table, or one JSON line a check with --json") { Interval, Count };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var history = new Dictionary<TierName, List<CheckedHealth>>();
        var live = !SessionHost.Json(parsed) && !Console.IsOutputRedirected;
        var code = ExitCode.Done;
        try
        {
            using var timer = new PeriodicTimer(HealthAlertsCommand.Span(parsed.GetValue(Interval)!), keeper.Time);
            for (var check = 1; ; check++)
            {
                var (report, verdicts) = await CheckAsync(keeper, history, cancellationToken);
                code = report.OverallHealth switch { "healthy" => ExitCode.Done, "degraded" => ExitCode.Degraded, _ => ExitCode.Failed };
                await ShowAsync(parsed, keeper, report, verdicts, live, cancellationToken);
                if (check == parsed.GetValue(Count) || !await timer.WaitForNextTickAsync(cancellationToken))
                {
                    return code;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how one leaves a monitor.
            return code;
        }
    }

    private static async Task<(HealthReport Report, IReadOnlyList<HealthVerdict> Verdicts)> CheckAsync(KeeperHost keeper, Dictionary<TierName, List<CheckedHealth>> history, CancellationToken cancellationToken)
    {
        var found = await ProbeService.CheckAsync(keeper.Tiers, TierHost.HowToConfigure, keeper.Settings.Health, keeper.Time, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        var verdicts = new List<HealthVerdict>();
        foreach (var verdict in found)
        {
            var checks = history.TryGetValue(verdict.Tier, out var known) ? known : history[verdict.Tier] = [];
            checks.Insert(0, new CheckedHealth(now, verdict.Health));
            checks.RemoveRange(Math.Min(checks.Count, Remembered), Math.Max(0, checks.Count - Remembered));
            verdicts.Add(verdict with { Since = HealthHistory.Settle(checks, keeper.Settings.Health).Since });
        }

        return (HealthReport.Of(keeper.Project, now, verdicts), verdicts);
    }

    private static async Task ShowAsync(ParseResult parsed, KeeperHost keeper, HealthReport report, IReadOnlyList<HealthVerdict> verdicts, bool live, CancellationToken cancellationToken)
    {
        if (SessionHost.Json(parsed))
        {
            TerminalHost.JsonLine(report);
            return;
        }

        var incidents = await new IncidentStore(keeper.State).OpenAsync(keeper.Project, cancellationToken);
        if (live)
        {
            TerminalHost.Clear();
        }

        TerminalHost.Say($"{report.Timestamp.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC  {report.Project} is {report.OverallHealth}.");
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("Tier", "State", "Slowest call", "Since", "Why");
        foreach (var verdict in verdicts)
        {
            table.AddRow(Row(verdict, report).Select(cell => new Text(cell)).ToArray());
        }

        TerminalHost.Table(table);
        foreach (var incident in incidents)
        {
            TerminalHost.Say(IncidentText.Line(incident, report.Timestamp));
        }
    }

    private static string[] Row(HealthVerdict verdict, HealthReport report) =>
    [
        verdict.Tier.Title(),
        report.Systems[verdict.Tier.Word()].Replace('_', ' '),
        verdict.Latency is { } latency ? $"{latency.TotalMilliseconds:0} ms" : "–",
        verdict.Since is { } since ? $"{since.UtcDateTime:HH:mm:ss}" : "–",
        verdict.Reason,
    ];
}
