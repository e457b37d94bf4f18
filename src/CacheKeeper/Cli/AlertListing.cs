using CacheKeeper.Alerts;
using CacheKeeper.Recovery;

namespace CacheKeeper.Cli;

/// <summary>Alerts as <c>health alerts</c> shows them.</summary>
internal sealed record AlertListing
{
    public required string Project { get; init; }
    public required IReadOnlyList<OpenAlert> Open { get; init; }
    public required IReadOnlyList<AlertTransition> Recent { get; init; }
    public required IReadOnlyList<Silence> Silences { get; init; }
    public required IReadOnlyList<Acknowledgement> Acknowledged { get; init; }
    public required IReadOnlyList<DeadMessage> Dead { get; init; }

    /// <summary>What recovery sees to, and what it saw to lately.</summary>
    public IReadOnlyList<ListedIncident> Incidents { get; init; } = [];

    public static string Text(AlertListing listing, DateTimeOffset now)
    {
        var firing = listing.Open.Count(alert => alert.State == "firing");
        string[] opening = [firing == 0 ? $"Nothing fires in {listing.Project}." : $"{firing} alert{(firing == 1 ? "" : "s")} fire{(firing == 1 ? "s" : "")} in {listing.Project}."];
        var silenced = listing.Silences.Select(silence => $"  silenced: {silence.Matcher} until {Moment(silence.EndsAt)} by {silence.Author}: {silence.Reason}   ({silence.Id})");
        var acknowledged = listing.Acknowledged.Select(note => $"  seen to: {Title(listing, note)} by {note.Author} until {Moment(note.Until)}: {note.Note}");
        var recent = listing.Recent.Where(change => change.To is AlertPhase.Firing or AlertPhase.NoData || change.From is AlertPhase.Firing or AlertPhase.NoData)
            .Select(change => $"  {Moment(change.At)}  {change.Title,-28} {Word(change),-10} {change.Because}").ToList();
        return string.Join('\n', opening
            .Concat(listing.Open.SelectMany(alert => alert.Lines(now)))
            .Concat(acknowledged)
            .Concat(silenced)
            .Concat(listing.Incidents.Count > 0 ? new[] { "", "Recovery:" } : [])
            .Concat(listing.Incidents.SelectMany(listed => IncidentText.Timeline(listed.Timeline).Prepend(IncidentText.Line(listed.Incident, now))))
            .Concat(recent.Count > 0 ? recent.Prepend("Lately:").Prepend("") : [])
            .Concat(listing.Dead.Select(dead => $"  given up: {dead.Alert} on {dead.Channel} after {dead.Attempts} tries: {dead.Error}")));
    }

    private static string Title(AlertListing listing, Acknowledgement note) =>
        listing.Open.FirstOrDefault(alert => alert.Fingerprint == note.Fingerprint) is { } alert ? alert.Subject is null ? alert.Rule : $"{alert.Rule}/{alert.Subject}" : note.Fingerprint;

    private static string Word(AlertTransition change) => change.To switch
    {
        AlertPhase.Firing => "firing",
        AlertPhase.NoData => "no data",
        _ => "resolved",
    };

    private static string Moment(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
}

/// <summary>An alert that is not at rest, with why each channel is or is not told.</summary>
internal sealed record OpenAlert(
    string Fingerprint, string Rule, string? Subject, string State, AlertSeverity Severity, DateTimeOffset Since, DateTimeOffset? UnknownSince, string Because, IReadOnlyDictionary<string, double?> Values, IReadOnlyList<ChannelTold> Channels)
{
    public static OpenAlert Of(AlertState state, IEnumerable<NotificationDecision> decisions) => new(
        state.Fingerprint, state.Rule, state.Subject, state.Phase == AlertPhase.NoData ? "no_data" : state.Phase.ToString().ToLowerInvariant(), state.Severity, state.Since, state.UnknownSince, state.Because, state.Seen,
        [.. decisions.Select(decision => new ChannelTold(decision.Channel, decision.Send, decision.Reason, decision.Sentence))]);

    public IEnumerable<string> Lines(DateTimeOffset now)
    {
        var title = Subject is null ? Rule : $"{Rule}/{Subject}";
        yield return $"  {(State == "firing" ? "✘" : "!")} {title,-28} {State,-8} {Severity.ToString().ToLowerInvariant(),-8} for {SchedulerText.Span(now - Since)}: {Because}   ({Fingerprint})";
        foreach (var held in Channels.Where(decision => !decision.Told && decision.Reason is not NotificationReason.AlreadyTold and not NotificationReason.NothingToTell))
        {
            yield return $"      {held.Channel} is not told: {held.Sentence}";
        }
    }
}

/// <summary>Whether a channel was told at the last look, and why (not).</summary>
internal sealed record ChannelTold(string Channel, bool Told, NotificationReason Reason, string Sentence);

/// <summary>A message that was given up.</summary>
internal sealed record DeadMessage(string Id, string Channel, string Alert, int Attempts, DateTimeOffset? DeadAt, string? Error);

/// <summary>An incident with all that was seen, tried and verified.</summary>
internal sealed record ListedIncident(Incident Incident, IReadOnlyList<IncidentEvent> Timeline);
