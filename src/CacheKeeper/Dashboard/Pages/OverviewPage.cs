using CacheKeeper.Alerts;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>The first page: sentences, then the cards of the specification, then the day.</summary>
internal static class OverviewPage
{
    public static Html Of(LiveView view, DateTimeOffset? nextCleanup, DateTimeOffset? nextOptimization, string query)
    {
        var metrics = LiveMetrics.Of(view);
        return Html.Of($"""
            <h1>{Verdict(view)}</h1>
            <div class="lead">{Html.Each(OverviewSentences.Of(view), sentence => Html.Of($"<p>{sentence}</p>"))}</div>
            {Performance(metrics, view)}
            <div class="cards">
            {Html.Each(view.Tiers, tier => Tier(tier, view, query))}
            </div>
            <div class="cards">
            {Automation(view, nextCleanup, nextOptimization, query)}
            {Alerts(view, query)}
            <section class="card" aria-labelledby="day"><h2 id="day">The last 24 hours</h2>
            <p>{Day(metrics)}</p>
            {Chart(Activity.ByHour(view.Day, view.At))}</section>
            </div>
            """);
    }

    /// <summary>The page's first words. Tiers that answer are not all there is: nothing is called well while somebody is asked for.</summary>
    internal static string Verdict(LiveView view) => view.Health.OverallHealth switch
    {
        "healthy" when view.Incidents.Any(incident => incident.NeedsPerson) || view.Firing?.Any(alert => alert.Severity == AlertSeverity.Critical) == true => $"The cache of {view.Project} answers, and somebody is needed",
        "healthy" => $"The cache of {view.Project} is well",
        "degraded" => $"The cache of {view.Project} works, but not all of it is well",
        "critical" => $"No tier of {view.Project} answers",
        _ => $"Nothing is known about the cache of {view.Project}",
    };

    private static Html Automation(LiveView view, DateTimeOffset? nextCleanup, DateTimeOffset? nextOptimization, string query) => Html.Of($"""
        <section class="card" aria-labelledby="automation"><h2 id="automation"><a href="/schedule{query}">Automation</a></h2><dl>
        <dt>Runs going on</dt><dd>{view.Running.Count}</dd>
        <dt>Last cleanup</dt><dd>{(view.LastCleanup is { } run ? Html.Of($"""<a href="/runs/{Uri.EscapeDataString(run.Run)}{query}">{Text.Ago(run.StartedAt, view.At)}</a>""") : Text.Unknown("none carried out"))}</dd>
        <dt>Next cleanup</dt><dd>{Next(nextCleanup, view.At)}</dd>
        <dt>Next optimization</dt><dd>{Next(nextOptimization, view.At)}</dd>
        </dl></section>
        """);

    private static Html Next(DateTimeOffset? at, DateTimeOffset now) => at is null ? Text.Unknown("not available in this version") : Text.Ago(at, now);

    private static Html Performance(LiveMetrics metrics, LiveView view) => Html.Of($"""
        <section aria-labelledby="performance"><h2 id="performance" class="fine">Performance, over {metrics.Window}</h2>
        <dl class="figures">
        <div><dt>Hit ratio</dt><dd id="hit-ratio">{Figure(metrics.HitRatio, "%", metrics, "hit_ratio")}{Sparkline.Of([.. view.HitRatios.Select(value => value.Value)], "The hit ratio over the last 24 hours")}</dd></div>
        <div><dt>Mean response</dt><dd id="response-time">{Figure(metrics.ResponseTime, "ms", metrics, "response_time")}</dd></div>
        <div><dt>95 % within</dt><dd>{Figure(metrics.ResponseTimeP95, "ms", metrics, "response_time")}</dd></div>
        <div><dt>Memory efficiency</dt><dd id="memory-efficiency">{Figure(metrics.MemoryEfficiency, "%", metrics, "memory_efficiency")}{Html.When(metrics.MemoryEfficiency is not null, () => Html.Of($"<small>of the bytes were asked for in time</small>"))}</dd></div>
        <div><dt>Lookups</dt><dd>{(metrics.Lookups is { } lookups ? Html.Of($"{lookups:N0}") : Text.Unknown("none counted"))}</dd></div>
        </dl></section>
        """);

    private static Html Tier(TierSnapshot tier, LiveView view, string query) => Html.Of($"""
        <section class="card" aria-labelledby="tier-{tier.Tier.Word()}"><h2 id="tier-{tier.Tier.Word()}"><a href="/tiers{query}">{tier.Tier.Title()}</a> {Text.State(view.Health.Systems.GetValueOrDefault(tier.Tier.Word(), "unknown"))}</h2>
        {(tier.Error is { } error ? Html.Of($"<p>It could not be looked at: {error}</p>") : TiersPage.Fullness(tier))}
        <dl><dt>Entries</dt><dd>{Text.Count(tier.Entries, "not told")}</dd><dt>Size</dt><dd>{Text.Size(tier.Bytes, "not told")}</dd>
        <dt>Hit ratio</dt><dd>{Sample(view, tier.Tier.Word() + "_hit_ratio", 100, "%")}</dd><dt>95 % within</dt><dd>{Sample(view, tier.Tier.Word() + "_latency_p95", 1, "ms")}</dd></dl>
        <p class="fine">Seen {Text.Ago(tier.TakenAt, view.At)}.</p></section>
        """);

    private static Html Sample(LiveView view, string series, double factor, string unit) => view.Samples.TryGetValue(series, out var sample) ? Html.Of($"{sample.Value * factor:0.#} {unit}") : Text.Unknown("not collected yet");

    private static Html Figure(double? value, string unit, LiveMetrics metrics, string name) =>
        value is { } known ? Html.Of($"{known:0.#} {unit}") : Text.Unknown(metrics.Unknown.GetValueOrDefault(name, "not measured"));

    private static Html Alerts(LiveView view, string query) => Html.Of($"""
        <section class="card" aria-labelledby="alerts"><h2 id="alerts"><a href="/alerts{query}">Alerts</a></h2>
        {(view.Firing switch
    {
        null => Html.Of($"<p>{Text.Unknown("no rule has been judged yet")}</p>"),
        { Count: 0 } => Html.Of($"<p>None is firing.</p>"),
        var firing => Html.Of($"<ul>{Html.Each(firing, alert => Html.Of($"<li>{Text.State(alert.Severity.ToString().ToLowerInvariant())} {alert.Title} since {Text.Ago(alert.Since, view.At)}</li>"))}</ul>"),
    })}</section>
        """);

    private static string Day(LiveMetrics metrics) => metrics.Activity24h.Count == 0
        ? "Nothing has run."
        : string.Join(" · ", metrics.Activity24h.Select(pair => $"{pair.Key.Replace('_', ' ')}: {pair.Value}"));

    private static Html Chart(IReadOnlyList<int> hours)
    {
        var most = Math.Max(1, hours.Max());
        var title = $"Runs by the hour over the last 24 hours; most in one hour: {hours.Max()}";
        var bars = Html.Each(hours.Select((count, hour) => (count, hour)), bar =>
            Html.Of($"""<rect x="{(bar.hour * 20) + 2}" y="{60 - (56.0 * bar.count / most):0.#}" width="16" height="{56.0 * bar.count / most:0.#}"></rect>"""));
        return Html.Of($"""
            <svg class="chart" viewBox="0 0 480 62" preserveAspectRatio="none" role="img" aria-label="{title}"><line x1="0" y1="60.5" x2="480" y2="60.5"></line>{bars}</svg>
            <p class="ends fine"><span>24 h ago</span><span>now</span></p>
            """);
    }
}
