using CacheKeeper.Client;
using CacheKeeper.Recovery;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>What went wrong, what was done about it and what came of that; and what the readers of the cache are told meanwhile.</summary>
internal static class IncidentsPage
{
    public static Html Of(IReadOnlyList<(Incident Incident, IReadOnlyList<IncidentEvent> Timeline)> incidents, DirectivesDocument directives, Freeze? freeze, bool mayOperate, string query, DateTimeOffset now)
    {
        var open = incidents.Where(one => one.Incident.IsOpen).ToList();
        var over = incidents.Where(one => !one.Incident.IsOpen).ToList();
        return Html.Of($"""
            <h1>Incidents</h1>
            <p class="lead">{Opening(open.Select(one => one.Incident).ToList(), over.Count)}</p>
            {Html.When(freeze is not null, () => Frozen(freeze!, mayOperate, query))}
            {Html.Each(open, one => Card(one.Incident, one.Timeline, now))}
            <h2>What readers are told</h2>
            {Told(directives, now)}
            {Html.When(over.Count > 0, () => Html.Of($"""<h2>Over in the last 30 days</h2>{Html.Each(over, one => Past(one.Incident, one.Timeline, now))}"""))}
            {Html.When(mayOperate && freeze is null, () => Freezing(query))}
            """);
    }

    /// <summary>That every change is stopped, with the way out of it.</summary>
    public static Html Frozen(Freeze freeze, bool mayOperate, string query) => Html.Of($"""
        <div class="notice warn" role="status"><p>{freeze.Words}</p>
        {Html.When(mayOperate, () => Html.Of($"""<form method="post" action="/do/scheduler/unfreeze{query}"><button>Allow changes again</button></form>"""))}</div>
        """);

    private static string Opening(IReadOnlyList<Incident> open, int over) => (open.Count, open.Count(incident => incident.NeedsPerson)) switch
    {
        (0, _) => over == 0 ? "Nothing has gone wrong in the last 30 days." : $"Nothing is wrong now. {over} {(over == 1 ? "incident is" : "incidents are")} over.",
        (var all, 0) => $"{all} {(all == 1 ? "incident is" : "incidents are")} open; the keeper sees to {(all == 1 ? "it" : "them")} by itself.",
        var (all, needed) => $"{all} {(all == 1 ? "incident is" : "incidents are")} open; {needed} of them {(needed == 1 ? "needs" : "need")} a person.",
    };

    private static Html Card(Incident incident, IReadOnlyList<IncidentEvent> timeline, DateTimeOffset now) => Html.Of($"""
        <section class="card stacked {(incident.NeedsPerson ? "bad-edge" : "warn-edge")}"><h2>{Text.State(incident.NeedsPerson ? "critical" : "degraded")} {Title(incident)}</h2>
        <p>{incident.Because}</p>
        <p class="fine">Open since {Text.Ago(incident.OpenedAt, now)}; {RunRow.Word(incident.Phase).Replace('_', ' ')}, {incident.Attempts} {(incident.Attempts == 1 ? "try" : "tries")}{(incident.HeldBy.Length > 0 ? ". Held back: " + incident.HeldBy : "")}</p>
        {Timeline(timeline)}</section>
        """);

    private static Html Past(Incident incident, IReadOnlyList<IncidentEvent> timeline, DateTimeOffset now) => Html.Of($"""
        <details class="card stacked"><summary>{Title(incident)}: over {Text.Ago(incident.ClosedAt, now)}, after {Live.OverviewSentences.Distance(incident.ClosedAt!.Value - incident.OpenedAt)}</summary>
        {Timeline(timeline)}</details>
        """);

    private static string Title(Incident incident) => incident.Key.Word.Replace('_', ' ') + (incident.Key.Tier is { } tier ? $" ({tier.Title()})" : "");

    private static Html Timeline(IReadOnlyList<IncidentEvent> timeline) => Html.Of($"""
        <ol class="timeline">{Html.Each(timeline, line => Html.Of($"""<li><time datetime="{Text.Iso(line.At)}">{Text.Clock(line.At)}</time> {line.Sentence}</li>"""))}</ol>
        """);

    private static Html Told(DirectivesDocument directives, DateTimeOffset now) => directives.LeaveOut.Count + directives.Ttl.Count == 0
        ? Html.Of($"""<p class="empty">Nothing: every reader does as it always does.</p>""")
        : Html.Of($"""
            {Grid.Of("Directives", [Column.Prose("What"), "Ends", Column.Prose("Why"), "By"], Lines(directives, now), line => line)}
            <p class="fine">Each ends by itself, whether or not anybody removes it. Version {directives.Version}.</p>
            """);

    private static IEnumerable<Html[]> Lines(DirectivesDocument directives, DateTimeOffset now) =>
    [
        .. directives.LeaveOut.Select(part => new[] { Html.Of($"Leave {TierNames.Parse(part.Tier)?.Title() ?? part.Tier} out"), Text.Ago(part.Until, now), Html.Of($"{part.Reason}"), Html.Of($"{part.By}") }),
        .. directives.Ttl.Select(part => new[] { Html.Of($"{Lifetime(part)}"), Text.Ago(part.Until, now), Html.Of($"{part.Reason}"), Html.Of($"{part.By}") }),
    ];

    private static string Lifetime(TtlDirective part)
    {
        var what = string.Join(", ", new[] { part.Category is { } category ? $"category {category}" : "", part.Agent is { } agent ? $"agent {agent}" : "", part.Tier is { } tier ? TierNames.Parse(tier)?.Title() ?? tier : "" }.Where(word => word.Length > 0));
        var how = part.Seconds is > 0 and var seconds ? $"for {Live.OverviewSentences.Distance(TimeSpan.FromSeconds(Math.Min(seconds, 1e9)))}" : $"{part.Factor ?? 1:0.##} times as long";
        return $"Keep {(what.Length > 0 ? what : "everything")} {how}";
    }

    private static Html Freezing(string query) => Html.Of($"""
        <details><summary>Stop every change</summary>
        <p>Nothing is removed, rewritten or directed while it holds, in every project of this keeper. Looking, alerts and reports go on.</p>
        <form method="post" action="/do/scheduler/freeze{query}" class="row"><label for="freeze-for">For</label><select id="freeze-for" name="for"><option>1h</option><option>4h</option><option>1d</option><option>7d</option></select>
        <label for="freeze-reason">Why</label><input id="freeze-reason" name="reason" required maxlength="300"><button class="danger">Stop every change</button></form></details>
        """);
}
