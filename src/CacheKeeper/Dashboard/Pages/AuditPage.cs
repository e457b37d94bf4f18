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

    private static Html Table(IReadOnlyList<AuditLine> lines, DateTimeOffset now) => Grid.Of(
        "Audit log",
        [Column.Number("Line"), "When", "Who, from where", "What", "Result", Column.Prose("Detail")],
        lines,
        line =>
        [
            Html.Of($"{line.Seq}"), Text.Ago(line.Entry.At, now), Html.Of($"{line.Entry.Actor.Who}<small>{line.Entry.Actor.From}</small>"), Html.Of($"{line.Entry.Action}<small>{line.Entry.Object}</small>"),
            Text.State(line.Entry.Result), Html.Of($"{Text.Folded(line.Entry.Detail)}{Counts(line.Entry)}"),
        ]);

    private static Html Counts(AuditEntry entry) => entry.Before is { } before ? Html.Of($"<small>{before:N0} → {entry.After?.ToString("N0") ?? "?"} entries</small>") : Html.None;
}
