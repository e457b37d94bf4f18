using CacheKeeper.Cleanup;
using CacheKeeper.Cli;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>A plan before it is applied: what would go and why, what a guard says, and the words to type.</summary>
internal static class PlanPage
{
    /// <summary>What a person types to apply a plan: it names the number of entries.</summary>
    public static string Words(CleanupPlan plan) => $"remove {plan.Count}";

    public static Html Of(CleanupPlan plan, bool mayApply, string? mistake, string query, DateTimeOffset now) => Html.Of($"""
        <h1>Plan: remove {plan.Count:N0} entries</h1>
        <p class="lead">{plan.Reason}</p>
        {(plan.Count == 0 ? Html.Of($"<p>Nothing would be removed.</p>") : Removals(plan))}
        {Html.When(plan.Reported.Count > 0, () => Html.Of($"<h2>Noticed</h2><ul>{Html.Each(plan.Reported, finding => Html.Of($"<li>{finding}</li>"))}</ul>"))}
        {Html.Each(plan.Refusals, refusal => Html.Of($"""<p class="notice warn">Guard “{refusal.Guard}” refuses it: {refusal.Reason} {refusal.Override}</p>"""))}
        {Html.Each(plan.Tiers.Where(totals => totals.Error is not null), totals => Html.Of($"""<p class="notice warn">{totals.Tier.Title()} was left out: {totals.Error}</p>"""))}
        {Html.When(mistake is not null, () => Html.Of($"""<p class="notice bad" role="alert">{mistake}</p>"""))}
        {Html.When(mayApply && plan is { Count: > 0, Refusals.Count: 0 } && plan.ValidUntil > now, () => Confirm(plan, query))}
        <p class="fine">{plan.Plan}, valid until {Text.Clock(plan.ValidUntil)}.</p>
        """);

    /// <summary>What goes, tier by tier and reason by reason.</summary>
    public static Html Removals(CleanupPlan plan) => Grid.Of(
        "What would be removed", ["Tier", Column.Prose("Why"), Column.Number("Entries"), Column.Number("Size"), Column.Number("Share of the tier"), Column.Prose("Such as")], plan.Removals, removal =>
        [
            Html.Of($"{removal.Tier.Title()}"), Html.Of($"{RunRow.Word(removal.Reason).Replace('_', ' ')}: {removal.Because}"), Html.Of($"{removal.Count:N0}"), Html.Of($"{CleanupText.Bytes(removal.Bytes)}"),
            Html.Of($"{plan.ShareOf(removal.Tier) * 100:0.0} %"), Html.Of($"{string.Join(", ", removal.Sample.Take(3))}"),
        ]);

    private static Html Confirm(CleanupPlan plan, string query) => Html.Of($"""
        <form method="post" action="/plans/{Uri.EscapeDataString(plan.Plan)}/apply{query}" class="row">
        <label for="words">Type <strong>{Words(plan)}</strong> to apply it</label><input id="words" name="words" autocomplete="off" required>
        <button class="danger">Apply</button></form>
        """);
}
