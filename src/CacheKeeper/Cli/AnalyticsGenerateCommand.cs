using System.CommandLine;
using System.Globalization;
using CacheKeeper.Analytics.Reports;

namespace CacheKeeper.Cli;

/// <summary><c>analytics generate --period week</c>: a report in sentences and numbers, as a page, Markdown or JSON.</summary>
internal static class AnalyticsGenerateCommand
{
    private static readonly Option<string> Period = new("--period") { Description = "day, week or month", DefaultValueFactory = _ => "week" };
    private static readonly Option<string?> Until = new("--until") { Description = "Where it ends, such as 2026-11-01 (default: now)" };
    private static readonly Option<string> Format = new("--format") { Description = "html, markdown or json", DefaultValueFactory = _ => "html" };
    private static readonly Option<string?> Output = new("--output") { Description = "A file; '-' is standard output (default: the folder reports beside the state)" };

    public static Command Create()
    {
        Period.AcceptOnlyFromAmong("day", "week", "month");
        Format.AcceptOnlyFromAmong([.. ReportFileStore.Formats]);
        var command = new Command("generate", "Writes a report: what happened, what we did, what it was worth, what comes, what to decide") { Period, Until, Format, Output };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var now = keeper.Time.GetUtcNow();
        var until = parsed.GetValue(Until) is not { } text ? now
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
            : throw KeeperException.Usage($"--until {text} is no time.", "Write it as 2026-11-01 or 2026-11-01T06:00Z.");
        var report = await MetricsHost.Reports(keeper).MakeAsync(keeper.Project, ReportPeriod.Of(parsed.GetValue(Period)!, until)!, now, cancellationToken);
        var format = SessionHost.Json(parsed) && parsed.GetValue(Output) is null ? "json" : parsed.GetValue(Format)!;
        if (SessionHost.Json(parsed) || parsed.GetValue(Output) == "-")
        {
            await Console.Out.WriteAsync(ReportFileStore.Text(report, format));
        }

        if (!SessionHost.Json(parsed) && parsed.GetValue(Output) != "-")
        {
            await WriteAsync(parsed, report, keeper, format, cancellationToken);
        }

        return report.Totals.Coverage > 0 ? ExitCode.Done : ExitCode.Degraded;
    }

    private static async Task WriteAsync(ParseResult parsed, Report report, KeeperHost keeper, string format, CancellationToken cancellationToken)
    {
        var path = parsed.GetValue(Output);
        if (path is null)
        {
            path = await new ReportFileStore(keeper.State.Location.Directory).WriteAsync(report, format, cancellationToken);
        }
        else
        {
            try
            {
                await ReportFileStore.WriteAsync(path, ReportFileStore.Text(report, format), cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw KeeperException.Usage($"Cannot write {path}: {e.Message}", "Check that the folder exists and may be written.");
            }
        }

        if (!SessionHost.Quiet(parsed))
        {
            foreach (var (title, sentences) in ReportSentences.Of(report).Where(part => part.Sentences.Count > 0))
            {
                TerminalHost.Say($"{title}: {string.Join(' ', sentences)}");
            }

            TerminalHost.Say(path);
        }
    }
}
