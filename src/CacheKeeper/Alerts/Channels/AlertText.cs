using System.Text;

namespace CacheKeeper.Alerts.Channels;

/// <summary>Messages in words, for the channels that people read.</summary>
internal static class AlertText
{
    /// <summary>One line: <c>[firing] upi_admin_gateway: warning, low-hit-ratio: …</c></summary>
    public static string Subject(IReadOnlyList<AlertMessage> messages)
    {
        var first = messages[0];
        var drill = first.Drill ? "[drill] " : "";
        var head = $"{drill}[{first.State}] {first.Project}: ";
        return Line(messages.Count == 1
            ? $"{head}{Word(first.Severity)}, {first.Title}: {first.Message}"
            : $"{head}{messages.Count} alerts, the worst is {Word(messages.Max(message => message.Severity))}: {string.Join(", ", messages.Select(message => message.Title).Distinct())}");
    }

    /// <summary>The whole message as plain text.</summary>
    public static string Body(IReadOnlyList<AlertMessage> messages) => string.Join("\n\n", messages.Select(Body)) + "\n";

    public static string Word(AlertSeverity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>What to know beside the message itself, each as a name and a value.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(AlertMessage message)
    {
        yield return (message.State == "resolved" ? "Ended because" : "Because", message.Because);
        yield return ("Since", Moment(message.StartedAt));
        if (message.EndedAt is { } end)
        {
            yield return ("Until", message.StartedAt is { } start ? $"{Moment(end)} ({Conditions.OperandText.Span(end - start)})" : Moment(end));
        }

        if (message.Reason is NotificationReason.Repeated or NotificationReason.Escalated)
        {
            yield return ("Told again", message.Reason == NotificationReason.Repeated ? "it goes on" : "nobody has acknowledged it");
        }

        if (message.RunbookUrl is { } runbook)
        {
            yield return ("Runbook", runbook);
        }

        if (message.AcknowledgeUrl is { } link)
        {
            yield return ("I see to it", link);
        }

        yield return ("Alert", message.Fingerprint);
    }

    /// <summary>Control characters become blanks: hostile text cannot add lines or headers.</summary>
    public static string Line(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? " " : rune.ToString());
        }

        return clean.Length <= LongestLine ? clean.ToString() : clean.ToString(0, LongestLine) + "…";
    }

    private const int LongestLine = 240;

    private static string Body(AlertMessage message)
    {
        var text = new StringBuilder();
        if (message.Drill)
        {
            text.Append("This is a drill: nothing is wrong.\n");
        }

        text.Append($"{Word(message.Severity)}: {message.Message}\n");
        foreach (var (name, value) in Facts(message))
        {
            text.Append($"{name}: {value}\n");
        }

        foreach (var recommendation in message.State == "resolved" ? [] : message.Recommendations)
        {
            text.Append($"- {recommendation}\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Moment(DateTimeOffset? time) => time is { } known ? $"{known.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC" : "unknown";
}
