using CacheKeeper.Dashboard.Live;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>How each tier answered, and what to do where it did not.</summary>
internal static class HealthPage
{
    public static Html Of(LiveView view) => Html.Of($"""
        <h1>Health</h1>
        <p class="lead">{Text.State(view.Health.OverallHealth)} checked {Text.Ago(view.Health.Timestamp, view.At)}.</p>
        <div class="wide" tabindex="0" role="region" aria-label="Checks"><table>
        <thead><tr><th scope="col">Tier</th><th scope="col">State</th><th scope="col">Why</th><th scope="col" class="number">Slowest call</th><th scope="col">Server</th></tr></thead>
        <tbody>{Html.Each(view.Health.Details, pair => Html.Of($"""
            <tr><td>{TierNames.Parse(pair.Key)?.Title() ?? pair.Key}</td><td>{Text.State(pair.Value.Status)}</td><td>{pair.Value.Reason}</td><td class="number">{(pair.Value.LatencyMs is { } latency ? Html.Of($"{latency:0} ms") : Text.Unknown("no answer"))}</td><td>{pair.Value.Server}</td></tr>
            """))}</tbody></table></div>
        {Html.When(view.Health.Recommendations.Count > 0, () => Html.Of($"<h2>What to do</h2><ul>{Html.Each(view.Health.Recommendations, advice => Html.Of($"<li>{advice}</li>"))}</ul>"))}
        """);
}
