using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Who did what, and whether the log is the one that was written.</summary>
internal static class AuditPage
{
    public static Html Of(IReadOnlyList<AuditLine> lines, AuditVerdict? verdict, string query, DateTimeOffset now) => Html.Of($"""
        <h1>Audit</h1>
        {(verdict switch
    {
        null => Html.Of($"""<p class="lead">Who did what. <a href="/audit{query}{(query.Length > 0 ? "&" : "?")}check=true">Walk the log</a> to see whether every line is the one that was written.</p>"""),
        { IsSound: true } => Html.Of($"""<p class="lead">The log is sound: {verdict.Lines:N0} lines, each the one that was written.</p>"""),
        _ => Html.Of($"""<div class="notice bad" role="alert"><p>The log is not the one that was written.</p><ul>{Html.Each(verdict.Faults.Take(10), fault => Html.Of($"<li>{fault}</li>"))}</ul></div>"""),
    })}
        {(lines.Count == 0 ? Html.Of($"<p>Nothing was changed yet.</p>") : Table(lines, now))}
        {Html.When(lines.Count == Limit, () => Html.Of($"""<p><a href="/audit{query}{(query.Length > 0 ? "&" : "?")}before={lines[^1].Seq}">Earlier</a></p>"""))}
        """);

    public const int Limit = 100;

    private static Html Table(IReadOnlyList<AuditLine> lines, DateTimeOffset now) => Html.Of($"""
        <div class="wide" tabindex="0" role="region" aria-label="Audit log"><table>
        <thead><tr><th scope="col" class="number">Line</th><th scope="col">When</th><th scope="col">Who, from where</th><th scope="col">What</th><th scope="col">Result</th><th scope="col" class="number">Entries</th><th scope="col">Detail</th></tr></thead>
        <tbody>{Html.Each(lines, line => Html.Of($"""
            <tr><td class="number">{line.Seq}</td><td>{Text.Ago(line.Entry.At, now)}</td><td>{line.Entry.Actor.Who}<br><small>{line.Entry.Actor.From}</small></td><td>{line.Entry.Action}<br><small>{line.Entry.Object}</small></td>
            <td>{Text.State(line.Entry.Result)}</td><td class="number">{Counts(line.Entry)}</td><td>{line.Entry.Detail}</td></tr>
            """))}</tbody></table></div>
        """);

    private static string Counts(AuditEntry entry) => entry.Before is { } before ? $"{before:N0} → {entry.After?.ToString("N0") ?? "?"}" : "";
}
