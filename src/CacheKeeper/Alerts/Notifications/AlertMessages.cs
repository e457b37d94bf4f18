using CacheKeeper.Metrics;
using CacheKeeper.Storage;

namespace CacheKeeper.Alerts;

/// <summary>Writes the messages of a plan.</summary>
internal static class AlertMessages
{
    private const int MostValues = 20;
    private const int LongestText = 1_000;

    /// <summary>The message of a decision to send.</summary>
    public static AlertMessage Write(WatchedRule rule, AlertState state, NotificationDecision decision, MessageOrigin origin)
    {
        var word = decision.Reason == NotificationReason.Resolved ? "resolved" : state.Phase == AlertPhase.NoData ? "no_data" : "firing";
        return new AlertMessage
        {
            Id = Id(state, decision, origin),
            Type = "alert." + word,
            Timestamp = origin.Now,
            State = word,
            Project = origin.Project,
            Rule = rule.Name,
            Subject = rule.Subject,
            Severity = rule.Severity,
            Message = Clean(rule.Message.Render(state.Seen, origin.Catalogue)),
            Because = Clean(state.Because),
            Reason = decision.Reason,
            Values = state.Seen.Take(MostValues).ToDictionary(),
            Recommendations = rule.Recommendations,
            RunbookUrl = rule.RunbookUrl,
            AcknowledgeUrl = word == "resolved" ? null : origin.Links?.Write(origin.Project, state.Fingerprint, state.Transition, origin.Now),
            StartedAt = state.FiringSince ?? state.Since,
            EndedAt = word == "resolved" ? state.Since : null,
            Fingerprint = state.Fingerprint,
            Transition = state.Transition,
        };
    }

    /// <summary>A message that tests a channel and says so.</summary>
    public static AlertMessage Drill(string project, string channel, DateTimeOffset now) => new()
    {
        Id = $"msg_drill-{Fingerprints.Of(project, channel, now.ToUnixTimeMilliseconds().ToString())}",
        Type = "alert.firing",
        Timestamp = now,
        State = "firing",
        Project = project,
        Rule = "drill",
        Subject = channel,
        Severity = AlertSeverity.Info,
        Message = $"This is a drill of the channel '{channel}': nothing is wrong.",
        Because = "somebody tests the channel",
        Reason = NotificationReason.NewAlert,
        StartedAt = now,
        Fingerprint = Fingerprints.Of(project, "drill", channel, now.ToUnixTimeMilliseconds().ToString()),
        Transition = 0,
        Drill = true,
    };

    private static string Id(AlertState state, NotificationDecision decision, MessageOrigin origin)
    {
        var repeat = decision.Reason == NotificationReason.Repeated ? $"-r{origin.Repeat}" : "";
        return $"msg_{state.Fingerprint}-{state.Transition}{repeat}-{Fingerprints.Of(decision.Channel)}";
    }

    private static string Clean(string text)
    {
        var redacted = Redaction.Apply(text);
        return redacted.Length <= LongestText ? redacted : redacted[..LongestText] + "…";
    }
}

/// <summary>Where and when a message is written. <paramref name="Repeat"/> counts the reminders of one firing.</summary>
internal sealed record MessageOrigin(string Project, MetricCatalogue Catalogue, DateTimeOffset Now, int Repeat, AcknowledgeLinks? Links = null);
