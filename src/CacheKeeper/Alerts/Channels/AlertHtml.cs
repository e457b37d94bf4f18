using System.Text;
using System.Text.Encodings.Web;

namespace CacheKeeper.Alerts.Channels;

/// <summary>Messages as a small HTML page for mail readers; everything variable is encoded.</summary>
internal static class AlertHtml
{
    public static string Page(IReadOnlyList<AlertMessage> messages)
    {
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><body style=\"font-family:sans-serif;font-size:15px;color:#1a1a1a\">\n");
        foreach (var message in messages)
        {
            Append(page, message);
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static void Append(StringBuilder page, AlertMessage message)
    {
        page.Append($"<div style=\"border-left:4px solid {Color(message)};padding:2px 12px;margin:12px 0\">");
        if (message.Drill)
        {
            page.Append("<p><b>This is a drill: nothing is wrong.</b></p>");
        }

        page.Append($"<p><b>{Encoded(message.State)}</b>, {AlertText.Word(message.Severity)}: {Encoded(message.Message)}</p><table>");
        foreach (var (name, value) in AlertText.Facts(message))
        {
            page.Append($"<tr><td style=\"padding-right:12px\">{Encoded(name)}</td><td>{Linked(value)}</td></tr>");
        }

        page.Append("</table>");
        if (message.State != "resolved" && message.Recommendations.Count > 0)
        {
            page.Append("<ul>").AppendJoin("", message.Recommendations.Select(text => $"<li>{Encoded(text)}</li>")).Append("</ul>");
        }

        page.Append("</div>\n");
    }

    private static string Color(AlertMessage message) => message switch
    {
        { State: "resolved" } => "#2e7d32",
        { Severity: AlertSeverity.Critical } => "#b71c1c",
        { Severity: AlertSeverity.Warning } => "#e65100",
        _ => "#1565c0",
    };

    private static string Linked(string value) => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
        ? $"<a href=\"{Encoded(value)}\">{Encoded(value)}</a>"
        : Encoded(value);

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
