using CacheKeeper.Cleanup;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>The ledger: what ran, what came of it, and the way to plan a cleanup.</summary>
internal static class RunsPage
{
    public static Html Of(IReadOnlyList<RunRecord> runs, bool mayOperate, string query, DateTimeOffset now) => Html.Of($"""
        <h1>Runs</h1>
        <p class="lead">What ran, why, and what came of it. A run that changed something can be taken back for a while.</p>
        {Html.When(mayOperate, () => PlanForm(query))}
        {(runs.Count == 0 ? Html.Of($"<p class=\"empty\">Nothing has run yet.</p>") : Table(runs, query, now))}
        """);

    private static Html PlanForm(string query) => Html.Of($"""
        <form method="post" action="/plans{query}" class="row"><label for="mode">Plan a cleanup</label>
        <select id="mode" name="mode">{Html.Each(PlanBody.Modes.Where(mode => mode is not (CleanupMode.Category or CleanupMode.Entry)), mode => Html.Of($"<option>{mode.ToString().ToLowerInvariant()}</option>"))}</select>
        <button class="first">Make the plan</button> <span class="fine">This removes nothing: the plan is shown first.</span></form>
        """);

    private static Html Table(IReadOnlyList<RunRecord> runs, string query, DateTimeOffset now) => Grid.Of("Runs", ["Run", "Job", "Began", "Outcome", Column.Prose("Reason")], runs, run =>
    [
        Html.Of($"""<a href="/runs/{Uri.EscapeDataString(run.Run)}{query}">{run.Run}</a>"""), Html.Of($"<span class=\"word\">{run.Job}</span>"), Text.Ago(run.StartedAt, now), Text.Outcome(run), Html.Of($"{Text.Short(run.Reason, 200)}"),
    ]);
}
