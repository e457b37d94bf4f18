using CacheKeeper.Cli;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>What would make the cache better and what it would bring, beside what earlier advice really brought.</summary>
internal static class OptimizerPage
{
    /// <param name="advice">Null until somebody asks for it: it reads the access log.</param>
    public static Html Of(IReadOnlyList<Change> changes, IReadOnlyList<Recommendation>? advice, IReadOnlyList<string> unseen, bool mayOperate, string query, DateTimeOffset now)
    {
        var record = TrackRecord.Of(changes);
        return Html.Of($"""
            <h1>Optimizer</h1>
            <p class="lead">{record.Sentence}</p>
            {Html.When(record.Judged > 0, () => Figures(record))}
            {Html.When(mayOperate, () => Html.Of($"""<form method="post" action="/optimizer{query}" class="row"><button class="first">Look for advice now</button> <span class="fine">Reads the access log; changes nothing.</span></form>"""))}
            {Html.Each(unseen, remark => Html.Of($"""<p class="notice warn">{remark}</p>"""))}
            {Html.When(advice is not null, () => Html.Of($"""<h2 id="advice">Advice</h2>{(advice!.Count == 0 ? Html.Of($"""<p class="empty">There is nothing to recommend.</p>""") : Html.Each(advice, Card))}"""))}
            <h2>Promised and come</h2>
            {(changes.Count == 0 ? Html.Of($"""<p class="empty">The optimizer has changed nothing yet.</p>""") : Table(changes, now))}
            """);
    }

    private static Html Figures(TrackRecord record) => Html.Of($"""
        <dl class="figures"><div><dt>Changes judged</dt><dd>{record.Judged:N0}</dd></div><div><dt>Helped</dt><dd>{record.Helped:N0}</dd></div><div><dt>Taken back</dt><dd>{record.TakenBack:N0}</dd></div>
        <div><dt>Promise missed by</dt><dd>{(record.MedianErrorPoints is { } error ? Html.Of($"{error:0.0}<small>points of hit ratio, median</small>") : Text.Unknown("not measured"))}</dd></div></dl>
        """);

    private static Html Card(Recommendation one) => Html.Of($"""
        <section class="card stacked {(one.Demanded ? "warn-edge" : "")}"><h3>{one.What}</h3><p>{one.Why}</p>
        <dl class="plain">{Html.When(OptimizerText.Expected(one.Expected).Length > 0, () => Html.Of($"<dt>Expected</dt><dd>{OptimizerText.Expected(one.Expected)}</dd>"))}
        <dt>Risk</dt><dd>{one.Risk}</dd><dt>How</dt><dd><code>{one.Command}</code></dd></dl>
        {Html.When(one.Evidence.Count > 0, () => Html.Of($"<details><summary>What was seen</summary><ul>{Html.Each(one.Evidence, seen => Html.Of($"<li>{seen}</li>"))}</ul></details>"))}</section>
        """);

    private static Html Table(IReadOnlyList<Change> changes, DateTimeOffset now) => Grid.Of("Changes and what came of them", ["When", Column.Prose("Change"), "State", Column.Prose("Promised"), Column.Prose("What came")], changes, change =>
    [
        Text.Ago(change.AppliedAt, now), Html.Of($"{change.What}<small>{change.Id}</small>"), Text.State(Word(change.State)), Html.Of($"{OptimizerText.Expected(change.Promised)}"),
        change.Verdict is { } verdict ? Html.Of($"{verdict.Sentence}") : Html.Of($"{Text.Ago(change.JudgeAt, now)} it is judged"),
    ]);

    private static string Word(ChangeState state) => state == ChangeState.OnTrial ? "on trial" : state.ToString().ToLowerInvariant();
}
