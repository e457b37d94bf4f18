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
    public static Html Removals(CleanupPlan plan) => Html.Of($"""
        <div class="wide" tabindex="0" role="region" aria-label="What would be removed"><table>
        <thead><tr><th scope="col">Tier</th><th scope="col">Why</th><th scope="col" class="number">Entries</th><th scope="col" class="number">Size</th><th scope="col" class="number">Share of the tier</th><th scope="col">Such as</th></tr></thead>
        <tbody>{Html.Each(plan.Removals, removal => Html.Of($"""
            <tr><td>{removal.Tier.Title()}</td><td>{RunRow.Word(removal.Reason).Replace('_', ' ')}: {removal.Because}</td><td class="number">{removal.Count:N0}</td><td class="number">{CleanupText.Bytes(removal.Bytes)}</td><td class="number">{plan.ShareOf(removal.Tier) * 100:0.0} %</td><td>{string.Join(", ", removal.Sample.Take(3))}</td></tr>
            """))}</tbody></table></div>
        """);

    private static Html Confirm(CleanupPlan plan, string query) => Html.Of($"""
        <form method="post" action="/plans/{Uri.EscapeDataString(plan.Plan)}/apply{query}" class="row">
        <label for="words">Type <strong>{Words(plan)}</strong> to apply it</label><input id="words" name="words" autocomplete="off" required>
        <button class="danger">Apply</button></form>
        """);
}
