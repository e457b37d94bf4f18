using CacheKeeper.Analytics;
using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>What the figures say, each matter once with its evidence and what to do; and what became of removed entries.</summary>
internal static class InsightsPage
{
    public static Html Of(IReadOnlyList<Finding> findings, RegretLedger? regret, string? regretUnknown, string query, DateTimeOffset now)
    {
        var open = findings.Where(finding => finding.Open).ToList();
        var closed = findings.Where(finding => !finding.Open).ToList();
        return Html.Of($"""
            <h1>Insights</h1>
            <p class="lead">{Opening(open)}</p>
            {Html.Each(open, finding => Card(finding, query, now))}
            <h2 id="removed">Removed and missed</h2>
            {(regret is null ? Html.Of($"""<p class="empty">{regretUnknown}</p>""") : Missed(regret))}
            {Html.When(closed.Count > 0, () => Html.Of($"""<h2>Over since the last seven days</h2>{Closed(closed, now)}"""))}
            """);
    }

    private static string Opening(IReadOnlyList<Finding> open) => (open.Count, open.Count(finding => finding.Severity == FindingSeverity.Critical)) switch
    {
        (0, _) => "The figures say nothing that needs a look.",
        (1, _) => "One matter is worth a look.",
        (var all, 0) => $"{all} matters are worth a look; none is critical.",
        var (all, critical) => $"{all} matters are worth a look, {critical} of them critical.",
    };

    private static Html Card(Finding finding, string query, DateTimeOffset now) => Html.Of($"""
        <section class="card stacked {Edge(finding.Severity)}"><h2>{Text.State(finding.Severity.ToString().ToLowerInvariant())} {finding.Message}</h2>
        <p class="fine">{finding.Type.Replace('_', ' ')}, since {Text.Ago(finding.OpenedAt, now)}</p>
        {Html.When(finding.Recommendations.Count > 0, () => Html.Of($"<ul>{Html.Each(finding.Recommendations, advice => Html.Of($"<li>{advice}</li>"))}</ul>"))}
        {Html.When(finding.Evidence.Count > 0, () => Html.Of($"""
            <details><summary>What was seen</summary><dl class="plain">{Html.Each(finding.Evidence, seen => Html.Of($"""
                <dt><a href="/trends{query}{(query.Length > 0 ? "&" : "?")}series={Uri.EscapeDataString(seen.Name)}">{seen.Name}</a></dt><dd>{seen.Value:0.####} {seen.Unit}</dd>
                """))}</dl></details>
            """))}</section>
        """);

    private static string Edge(FindingSeverity severity) => severity switch { FindingSeverity.Critical => "bad-edge", FindingSeverity.Warning => "warn-edge", _ => "" };

    private static Html Missed(RegretLedger ledger) => ledger.Lines.Count == 0
        ? Html.Of($"""<p class="empty">Nothing is remembered as removed: no cleanup has taken rows that carry a query hash.</p>""")
        : Html.Of($"""
            <p>{(ledger.Regret is { } regret ? Html.Of($"{regret * 100:0.0} % of the entries that cleanup removed although they still answered were asked for again: {ledger.Returned:N0} answers had to be made anew.") : Html.Of($"Only entries that answered no more were removed; nothing of it can be regretted."))}</p>
            {Grid.Of("Removed and asked for again", ["Why it went", "Category", Column.Number("Removed"), Column.Number("Asked for again"), "Share (95 %)", "Usually after"], ledger.Lines, Line)}
            <p class="fine">Expired, superseded and stale entries answered no more: what of them is asked for again says that their time was short, not that cleanup erred.</p>
            """);

    private static Html[] Line(RegretLine line) =>
    [
        Html.Of($"{RunRow.Word(line.Reason).Replace('_', ' ')}"), Html.Of($"{line.Category}"), Html.Of($"{line.Removed:N0}"), Html.Of($"{line.Returned:N0}"),
        Html.Of($"{line.Share * 100:0.0} % <small>{line.Low * 100:0.0}–{line.High * 100:0.0} %</small>"), line.Until is { } until ? Html.Of($"{Live.OverviewSentences.Distance(until)}") : Html.Of($"–"),
    ];

    private static Html Closed(IReadOnlyList<Finding> closed, DateTimeOffset now) =>
        Grid.Of("Over", [Column.Prose("What it was"), "Began", "Over"], closed, finding => [Html.Of($"{finding.Message}"), Text.Ago(finding.OpenedAt, now), Text.Ago(finding.ClosedAt, now)]);
}
