using System.CommandLine;
using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Conditions;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Cli;

/// <summary><c>health backtest</c>: what a rule, or another condition for it, would have done on what was really seen.</summary>
internal static class HealthBacktestCommand
{
    private static readonly Argument<string> Rule = new("RULE") { Description = "A rule; with --condition it may be a new one" };
    private static readonly Option<string> Since = new("--since") { Description = "How far back, such as 30d", DefaultValueFactory = _ => "30d" };
    private static readonly Option<string?> Condition = new("--condition") { Description = "Try this condition instead of the rule's own" };

    public static Command Create()
    {
        var command = new Command("backtest", "Replay a rule over what was really seen: each event, pages per week, time gained") { Rule, Since, Condition };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        using var alerts = new AlertHost(keeper, NullLogger.Instance);
        var now = keeper.Time.GetUtcNow();
        var question = new BacktestQuestion(Book(parsed, keeper.Settings.Alerts), keeper.Settings.Alerts, now - HealthAlertsCommand.Span(parsed.GetValue(Since)!), now);
        var report = await alerts.Backtest().RunAsync(keeper.Project, parsed.GetValue(Rule)!, question, cancellationToken);
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(report);
        }
        else
        {
            TerminalHost.Say(Text(report));
        }

        return ExitCode.Done;
    }

    private static RuleBook Book(ParseResult parsed, AlertPolicy policy)
    {
        if (parsed.GetValue(Condition) is not { } condition)
        {
            return AlertChecks.Book(policy);
        }

        var name = RuleBook.Slug(parsed.GetValue(Rule)!);
        var others = policy.Rules.Where(rule => RuleBook.Slug(rule.Name) != name);
        var own = policy.Rules.FirstOrDefault(rule => RuleBook.Slug(rule.Name) == name) ?? new AlertRule { Name = name };
        var book = AlertChecks.Book(policy with { Rules = [.. others, own with { Condition = condition, Enabled = true }] });
        return book.Errors.Count == 0 ? book : throw KeeperException.Usage(string.Join(Environment.NewLine, book.Errors), "docs/alerts.md explains the language.");
    }

    private static string Text(BacktestReport report)
    {
        var events = report.Events.Select(change => $"  {change.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {change.Title,-28} {change.From.ToString().ToLowerInvariant()} → {change.To.ToString().ToLowerInvariant(),-8} {change.Because}");
        string[] closing =
        [
            $"{report.Looks} looks from {report.From.UtcDateTime:yyyy-MM-dd HH:mm} to {report.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC; not judgeable at {report.Unknown:P1} of them.",
            $"{report.Pages} messages{(report.PagesPerWeek is { } rate ? $", {rate:0.#} a week" : " (less than a day: no rate)")}; firing for {OperandText.Span(report.FiringFor)}.",
            .. report.TimeGained is { } gain && gain != TimeSpan.Zero ? new[] { gain > TimeSpan.Zero ? $"It would have fired {OperandText.Span(gain)} earlier than the rule did." : $"It would have fired {OperandText.Span(-gain)} later than the rule did." } : [],
        ];
        return string.Join(Environment.NewLine, events.Concat(closing));
    }
}
