using System.Text;
using System.Text.Json;
using CacheKeeper.Metrics;

namespace CacheKeeper.Tests.Metrics;

/// <summary>docs/metrics.md is made from the catalogue, so that neither can say what the other does not.</summary>
public sealed class MetricsPageTests
{
    [Fact]
    public void The_page_says_what_the_catalogue_says()
    {
        var page = Path.Combine(Repository.Root, "docs", "metrics.md");
        var text = Page();
        if (Environment.GetEnvironmentVariable("CACHEKEEPER_APPROVE") == "1")
        {
            File.WriteAllText(page, text);
        }

        Assert.Equal(text, File.ReadAllText(page).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_metric_says_where_it_comes_from_and_what_unknown_means() =>
        Assert.All(MetricCatalogue.Keeper.All, metric => Assert.True(metric is { Source.Length: > 0, Unknown.Length: > 0, Meaning.Length: > 0 }, metric.Name));

    [Fact]
    public void Every_stored_metric_has_an_exposed_name_of_its_own_series()
    {
        var names = MetricCatalogue.Keeper.All.Where(metric => metric.IsStored).Select(metric => ExposedName.Of(metric.Name)).Select(name => (name.Family, name.Tier)).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Equal(("cachekeeper_tier_size_bytes", "upstash"), (ExposedName.Of("upstash_size").Family, ExposedName.Of("upstash_size").Tier));
        Assert.Equal("cachekeeper_latency_p95_seconds", ExposedName.Of("latency_p95").Family);
        Assert.Equal("cachekeeper_hit_ratio", ExposedName.Of("hit_ratio").Family);
        Assert.Equal("""{project="p",category="a\"b"}""", ExposedName.Of("hit_ratio:a\"b").Labels("p"));
    }

    private static string Page()
    {
        var page = new StringBuilder();
        page.Append("""
            # Metrics

            Every figure the keeper collects: its name in rules, pages, reports and exports, its unit, where it comes from, and when it is unknown.

            `cachekeeper analytics collect` and the job `analytics-collection` (every 15 minutes) look at all tiers at once, within 40 Redis commands and 10 Mem0 requests whatever the size
            (`metrics.mostRedisCommands`, `metrics.mostMem0Requests`): what is larger is sampled, and `*_sampling_error` says how sure the counts are. A tier that fails leaves its figures
            unknown, and sums over all tiers too: the run is `degraded` and says why. An unknown value leaves no sample; it is never 0.

            Counters of the gateway's client only grow; what is collected is their difference, over a restart of the keeper as over a reset of the counters. "Last hour" is the difference to the
            reading an hour ago, or to the oldest within `metrics.longestWindow`.

            Raw samples are kept 45 days, five-minute means 60 days, hours 800 days, days ten years (`metrics.retention`); what counts events is summed, everything else averaged. The job
            `monthly-archive` puts each whole month of raw samples into a zip beside the state (`archive/metrics`), from which `analytics export` still reads.

            In Prometheus and OpenMetrics (`/metrics` with a token that may read metrics; OTLP where `OTEL_EXPORTER_OTLP_ENDPOINT` is set; `analytics export --format openmetrics`) a name begins with
            `cachekeeper_`, units are base units (`_seconds`, `_bytes`, `_ratio`), and tier, category and project are labels: `cachekeeper_tier_size_bytes{project="…",tier="upstash"}`.
            `packaging/` has a Grafana dashboard and Prometheus rules for them.

            """);
        foreach (var family in Enum.GetValues<MetricFamily>())
        {
            page.Append($"\n## {family}\n\n| name | unit | what | from | unknown when |\n|---|---|---|---|---|\n");
            foreach (var metric in MetricCatalogue.Keeper.All.Where(metric => metric.Family == family))
            {
                page.Append($"| `{metric.Name}`{(metric.ByCategory ? " and `:category`" : "")} | {Unit(metric)} | {Cell(metric.Meaning)} | {Cell(metric.Source)} | {Cell(metric.Unknown)} |\n");
            }
        }

        return page.ToString().ReplaceLineEndings("\n");
    }

    private static string Unit(MetricDefinition metric) => JsonNamingPolicy.SnakeCaseLower.ConvertName(metric.Unit.ToString()).Replace('_', ' ') + (metric.Fold == MetricFold.Sum ? ", summed" : "");

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
