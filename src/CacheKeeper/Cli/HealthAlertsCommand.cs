using System.CommandLine;
using CacheKeeper.Alerts;
using CacheKeeper.Recovery;
using CacheKeeper.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Cli;

/// <summary><c>health alerts</c>: what fires now, what was lately, who was told and who was not and why.</summary>
internal static class HealthAlertsCommand
{
    private const int MostRows = 500;
    private const int MostIncidents = 20;

    private static readonly Option<string> Since = new("--since") { Description = "How far back, such as 24h or 7d", DefaultValueFactory = _ => "7d" };
    private static readonly Option<string?> Rule = new("--rule") { Description = "Only this rule, or this issue of recovery" };
    private static readonly Option<bool> Open = new("--open") { Description = "Only alerts that fire now" };
    private static readonly Option<bool> Now = new("--now") { Description = "Look at all rules and deliver what is due first, as the daemon does" };
    private static readonly Option<bool> Dead = new("--dead") { Description = "Messages that were given up, with the error" };
    private static readonly Option<string?> Revive = new("--revive") { Description = "Try the dead messages of this channel again" };

    public static Command Create()
    {
        var command = new Command("alerts", "What fires, what fired lately, who was told, and what recovery did about it") { Since, Rule, Open, Now, Dead, Revive };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>A duration option's value.</summary>
    /// <exception cref="KeeperException">The text is no duration.</exception>
    public static TimeSpan Span(string text) => Duration.Parse(text) is { } span && span > TimeSpan.Zero ? span : throw KeeperException.Usage($"'{text}' is no duration.", "It looks like 30m, 24h or 7d.");

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        using var alerts = new AlertHost(keeper, NullLogger.Instance);
        var now = keeper.Time.GetUtcNow();
        if (parsed.GetValue(Revive) is { } channel)
        {
            TerminalHost.Tell($"{await alerts.Outbox.ReviveAsync(keeper.Project, channel, now, cancellationToken)} messages will be tried again.");
        }

        if (parsed.GetValue(Now))
        {
            await alerts.Service.LookAsync(keeper.Project, cancellationToken);
            await alerts.Service.DeliverAsync(keeper.Project, cancellationToken);
        }

        now = keeper.Time.GetUtcNow();
        var listing = await ListAsync(parsed, keeper.Project, alerts, now, cancellationToken) with { Incidents = await IncidentsAsync(parsed, keeper, now, cancellationToken) };
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(listing);
        }
        else
        {
            TerminalHost.Tell(AlertListing.Text(listing, now));
        }

        return ExitCode.Done;
    }

    private static async Task<AlertListing> ListAsync(ParseResult parsed, string project, AlertHost alerts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rule = parsed.GetValue(Rule);
        var states = await alerts.Alerts.StatesAsync(project, cancellationToken);
        var decisions = await alerts.Alerts.DecisionsAsync(project, cancellationToken);
        var recent = parsed.GetValue(Open) ? [] : await alerts.Alerts.TransitionsAsync(project, now - Span(parsed.GetValue(Since)!), MostRows, cancellationToken);
        return new AlertListing
        {
            Project = project,
            Open = [.. states.Values.Where(state => state.Phase != AlertPhase.Inactive && Matches(rule, state.Title)).OrderByDescending(state => state.Severity).ThenBy(state => state.Since)
                .Select(state => OpenAlert.Of(state, decisions.Where(decision => decision.Fingerprint == state.Fingerprint).Select(decision => decision.Decision)))],
            Recent = [.. recent.Where(change => Matches(rule, change.Title))],
            Silences = await alerts.Silences.ListAsync(project, now, cancellationToken),
            Acknowledged = await alerts.Silences.AcknowledgementsAsync(project, now, cancellationToken),
            Dead = parsed.GetValue(Dead) ? [.. (await alerts.Outbox.ListAsync(project, OutboxFilter.Dead, MostRows, cancellationToken)).Select(entry => new DeadMessage(entry.Message.Id, entry.Channel, entry.Message.Title, entry.Attempts, entry.DeadAt, entry.Error))] : [],
        };
    }

    private static async Task<IReadOnlyList<ListedIncident>> IncidentsAsync(ParseResult parsed, KeeperHost keeper, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var store = new IncidentStore(keeper.State);
        var rule = parsed.GetValue(Rule);
        var all = parsed.GetValue(Open) ? await store.OpenAsync(keeper.Project, cancellationToken) : await store.ListAsync(keeper.Project, now - Span(parsed.GetValue(Since)!), MostIncidents, cancellationToken);
        var listed = new List<ListedIncident>();
        foreach (var incident in all.Where(incident => rule is null || incident.Key.ToString() == rule || incident.Key.Word == rule))
        {
            listed.Add(new ListedIncident(incident, await store.TimelineAsync(keeper.Project, incident.Id, cancellationToken)));
        }

        return listed;
    }

    private static bool Matches(string? rule, string title) => rule is null || title == rule || title.Split('/')[0] == RuleBook.Slug(rule);
}
