using CacheKeeper.Alerts;
using CacheKeeper.Dashboard.Live;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>What fires, who sees to it, what is held back, what was lately.</summary>
internal static class AlertsPage
{
    public static Html Of(AlertsView view, bool mayOperate, string query, DateTimeOffset now) => Html.Of($"""
        <h1>Alerts</h1>
        <p class="lead">{Opening(view)}</p>
        {Html.Each(view.Open, alert => Card(alert, view, mayOperate, query, now))}
        {Html.When(view.Silences.Count > 0, () => Silences(view, mayOperate, query, now))}
        {Html.When(mayOperate, () => Forms(view, query))}
        <h2>Lately</h2>
        {(view.Recent.Count == 0 ? Html.Of($"<p>Nothing changed in the last seven days.</p>") : Recent(view, now))}
        """);

    private static string Opening(AlertsView view) => (view.Judged, view.Open.Count(alert => alert.Phase == AlertPhase.Firing)) switch
    {
        (0, _) => "No rule has been judged yet; the daemon looks every minute.",
        (_, 0) => $"No alert fires. {view.Judged} rules are watched.",
        (_, 1) => "One alert fires.",
        (_, var many) => $"{many} alerts fire.",
    };

    private static Html Card(AlertState alert, AlertsView view, bool mayOperate, string query, DateTimeOffset now) => Html.Of($"""
        <section class="card stacked"><h2>{Text.State(alert.Phase == AlertPhase.Firing ? alert.Severity.ToString().ToLowerInvariant() : "pending")} {alert.Title}</h2>
        <p>{alert.Because.TrimEnd('.')}, since {Text.Ago(alert.Since, now)}.</p>
        {(view.Acknowledged.FirstOrDefault(note => note.Fingerprint == alert.Fingerprint) is { } note
            ? Html.Of($"<p>{note.Author} sees to it until {Text.Clock(note.Until)}: {note.Note}</p>")
            : Html.When(mayOperate && alert.Phase == AlertPhase.Firing, () => Html.Of($"""
                <form method="post" action="/do/health/ack{query}" class="row"><input type="hidden" name="alert" value="{alert.Fingerprint}">
                <label for="note-{alert.Fingerprint}">What is being done</label><input id="note-{alert.Fingerprint}" name="note" required maxlength="300">
                <button>I see to it</button></form>
                """)))}</section>
        """);

    private static Html Silences(AlertsView view, bool mayOperate, string query, DateTimeOffset now) => Html.Of($"""
        <h2>Held back</h2>
        <ul>{Html.Each(view.Silences, silence => Html.Of($"""
            <li>{silence.Matcher.ToString()} until {Text.Clock(silence.EndsAt)}, by {silence.Author}: {silence.Reason}
            {Html.When(mayOperate, () => Html.Of($"""<form method="post" action="/do/health/silence{query}" class="inline"><input type="hidden" name="end" value="{silence.Id}"><button>End it now</button></form>"""))}</li>
            """))}</ul>
        """);

    private static Html Forms(AlertsView view, string query) => Html.Of($"""
        <details><summary>Hold a rule back</summary>
        <form method="post" action="/do/health/silence{query}" class="row">
        <label for="silence-rule">Rule</label><select id="silence-rule" name="rule">{Rules(view)}</select>
        <label for="silence-for">For</label><select id="silence-for" name="for"><option>30m</option><option selected>1h</option><option>4h</option><option>1d</option></select>
        <label for="silence-reason">Why</label><input id="silence-reason" name="reason" required maxlength="300"><button>Hold it back</button></form></details>
        <details><summary>Try a rule on what was really seen</summary>
        <form method="post" action="/do/health/backtest{query}" class="row">
        <label for="test-rule">Rule</label><select id="test-rule" name="rule">{Rules(view)}</select>
        <label for="test-condition">Another condition</label><input id="test-condition" name="condition" placeholder="as it stands" maxlength="300">
        <label for="test-since">Over</label><select id="test-since" name="since"><option>1d</option><option selected>7d</option><option>30d</option></select><button>Replay</button></form></details>
        """);

    private static Html Rules(AlertsView view) => Html.Each(view.Rules, rule => Html.Of($"<option>{rule}</option>"));

    private static Html Recent(AlertsView view, DateTimeOffset now) => Grid.Of("Changes", ["When", "Alert", "Became", Column.Prose("Because")], view.Recent, change =>
    [
        Text.Ago(change.At, now), Html.Of($"{change.Title}"),
        Text.State(change.To == AlertPhase.Firing ? change.Severity.ToString().ToLowerInvariant() : change.To == AlertPhase.Inactive ? "resolved" : change.To.ToString().ToLowerInvariant()), Html.Of($"{change.Because}"),
    ]);
}
