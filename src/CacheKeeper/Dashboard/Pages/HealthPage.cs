using CacheKeeper.Dashboard.Live;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>How each tier answered, and what to do where it did not.</summary>
internal static class HealthPage
{
    public static Html Of(LiveView view) => Html.Of($"""
        <h1>Health</h1>
        <p class="lead">{Text.State(view.Health.OverallHealth)} checked {Text.Ago(view.Health.Timestamp, view.At)}.</p>
        {Grid.Of("Checks", ["Tier", "State", Column.Prose("Why"), Column.Number("Slowest call"), "Server"], view.Health.Details, pair =>
        [
            Html.Of($"{TierNames.Parse(pair.Key)?.Title() ?? pair.Key}"), Text.State(pair.Value.Status), Html.Of($"{pair.Value.Reason}"),
            pair.Value.LatencyMs is { } latency ? Html.Of($"{latency:0} ms") : Text.Unknown("no answer"), Html.Of($"{pair.Value.Server}"),
        ])}
        {Html.When(view.Health.Recommendations.Count > 0, () => Html.Of($"<h2>What to do</h2><ul>{Html.Each(view.Health.Recommendations, advice => Html.Of($"<li>{advice}</li>"))}</ul>"))}
        """);
}
