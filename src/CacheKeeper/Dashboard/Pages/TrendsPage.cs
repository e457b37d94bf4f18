using CacheKeeper.Metrics;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Series as charts (drawn by the script) with a table of the newest values, which stands without scripts too.</summary>
internal static class TrendsPage
{
    // From here on a person thinks in minutes, hours and days.
    private const double LongMilliseconds = 10_000;

    private const string Whole = "The whole cache";
    private const string ByCategory = "By category";

    private static readonly string[] First = ["hit_ratio", "latency_p95", "latency_mean", "lookups", "entries", "size", "memory_efficiency", "performance_score"];
    private static readonly (string Word, int Hours)[] Spans = [("day", 24), ("week", 168), ("month", 720)];

    public static Html Of(IReadOnlyDictionary<string, TimedValue> latest, string? chosen, int hours, string query, DateTimeOffset now)
    {
        var shown = chosen is null ? First.Where(latest.ContainsKey).Concat(latest.Keys.Where(name => name.EndsWith("_hit_ratio", StringComparison.Ordinal))).Take(6).ToList() : [chosen];
        return Html.Of($"""
            <h1>Trends</h1>
            {(latest.Count == 0 ? Html.Of($"""<p class="lead">Nothing has been collected yet; ‘analytics-collection’ runs every 15 minutes.</p>""") : Html.Of($"""
                <p class="lead">How the figures went over the last {Spans.First(span => span.Hours == hours).Word}, and where they are expected to go.</p>
                <p class="spans">{Html.Each(Spans, span => Html.Of($"""<a href="{Link(query, chosen, span.Hours)}"{Html.When(span.Hours == hours, () => Html.Of($" aria-current=\"true\""))}>{span.Word}</a> """))}</p>
                <ul class="key"><li class="ours">what we did ourselves</li><li class="odd">not to be expected</li><li class="band">forecast, right four times in five</li></ul>
                <div class="charts">{Html.Each(shown, name => Chart(name, hours))}</div>
                {Table(latest, hours, query, now)}
                """))}
            """);
    }

    private static string Link(string query, string? name, int hours) => $"/trends{query}{(query.Length > 0 ? "&" : "?")}hours={hours}{(name is null ? "" : "&series=" + Uri.EscapeDataString(name))}";

    private static Html Chart(string name, int hours) => Html.Of($"""
        <figure class="card series" data-series="{name}" data-hours="{hours}" data-unit="{MetricCatalogue.Keeper.OfSeries(name)?.Unit.ToString().ToLowerInvariant()}"><figcaption>{name.Replace('_', ' ')} <small>{MetricCatalogue.Keeper.OfSeries(name)?.Meaning}</small></figcaption></figure>
        """);

    // By what it is of, the whole first: some ninety rows at once are no answer to any question.
    private static Html Table(IReadOnlyDictionary<string, TimedValue> latest, int hours, string query, DateTimeOffset now) => Html.Of($"""
        <h2>Newest values</h2>
        {Html.Each(Groups(latest), group => Html.Of($"""
            <details{Html.When(group.Title == Whole, () => Html.Of($" open"))}><summary>{group.Title} ({group.Series.Count})</summary>
            {Grid.Of(group.Title, ["Series", Column.Number("Value"), "Seen", Column.Prose("Meaning")], group.Series, pair =>
            [
                Html.Of($"""<a href="{Link(query, pair.Key, hours)}">{pair.Key}</a>"""), Html.Of($"{Value(pair.Key, pair.Value.Value)}"), Text.Ago(pair.Value.At, now), Html.Of($"{MetricCatalogue.Keeper.OfSeries(pair.Key)?.Meaning}"),
            ])}</details>
            """))}
        """);

    private static IEnumerable<(string Title, List<KeyValuePair<string, TimedValue>> Series)> Groups(IReadOnlyDictionary<string, TimedValue> latest)
    {
        string[] titles = [Whole, ByCategory, .. Enum.GetValues<TierName>().Reverse().Select(tier => tier.Title())];
        var groups = latest.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToLookup(pair => TierNames.Parse(pair.Key.Split('_')[0])?.Title() ?? (pair.Key.Contains(':', StringComparison.Ordinal) ? ByCategory : Whole));
        return titles.Where(groups.Contains).Select(title => (title, groups[title].ToList()));
    }

    public static string Value(string name, double value) => MetricCatalogue.Keeper.OfSeries(name)?.Unit switch
    {
        MetricUnit.Ratio => $"{value * 100:0.0} %",
        MetricUnit.Milliseconds => value < LongMilliseconds ? $"{value:0.##} ms" : Live.OverviewSentences.Distance(TimeSpan.FromMilliseconds(value)),
        MetricUnit.Bytes => Cli.CleanupText.Bytes((long)value),
        MetricUnit.PerHour => $"{value:N0} an hour",
        MetricUnit.Money => $"{value:0.00}",
        MetricUnit.Flag => value == 0 ? "no" : "yes",
        _ => $"{value:N0}",
    };
}
