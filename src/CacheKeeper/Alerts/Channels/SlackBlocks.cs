using System.Text.Json.Nodes;

namespace CacheKeeper.Alerts.Channels;

/// <summary>Messages as Slack blocks. Slack's three control characters are escaped, so no text can mention or link.</summary>
internal static class SlackBlocks
{
    private const int LongestSection = 2_900;
    private const int MostSections = 40;

    public static JsonObject Document(IReadOnlyList<AlertMessage> messages)
    {
        var blocks = new JsonArray { Section($"{Sign(messages[0])} *{Escaped(AlertText.Subject(messages))}*") };
        foreach (var message in messages.Take(MostSections))
        {
            blocks.Add(Section(Text(message)));
        }

        return new JsonObject { ["text"] = Escaped(AlertText.Subject(messages)), ["blocks"] = blocks };
    }

    /// <summary>As Slack asks: the ampersand and the two brackets.</summary>
    public static string Escaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Text(AlertMessage message)
    {
        var lines = AlertText.Facts(message).Select(fact => $"{fact.Name}: {Escaped(fact.Value)}");
        var advice = message.State == "resolved" ? [] : message.Recommendations.Select(text => "• " + Escaped(text));
        return string.Join('\n', new[] { Escaped(message.Message) }.Concat(lines).Concat(advice));
    }

    private static JsonObject Section(string text) => new()
    {
        ["type"] = "section",
        ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = text.Length <= LongestSection ? text : text[..LongestSection] + "…" },
    };

    private static string Sign(AlertMessage message) => message switch
    {
        { State: "resolved" } => ":white_check_mark:",
        { Severity: AlertSeverity.Critical } => ":rotating_light:",
        { Severity: AlertSeverity.Warning } => ":warning:",
        _ => ":information_source:",
    };
}
