using System.Text.Json.Nodes;
using CacheKeeper.Analytics.Reports;
using CacheKeeper.Metrics;

namespace CacheKeeper.Tests.Analytics.Reports;

/// <summary>The report of a seeded month: held as a golden file, and every number in it found in the store.</summary>
public sealed class ReportTests(SeededMonth month) : IClassFixture<SeededMonth>
{
    private static readonly DateTimeOffset CreatedAt = SeededMonth.End.AddHours(6);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_seeded_month_reads_as_approved_and_every_number_is_in_the_store()
    {
        var report = await new ReportService(month.State, month.Policy, new PricePolicy()).MakeAsync(SeededMonth.Project, ReportPeriod.Of("month", SeededMonth.End)!, CreatedAt, Stop);
        Golden.Matches(ReportMarkdown.Of(report), "seeded-month");

        var stored = JsonNode.Parse(ReportFileStore.Text(report, "json"))!;
        foreach (var (field, series) in new[] { ("lookups", "lookup_count"), ("hits", "hit_count"), ("tokens_saved", "tokens_saved"), ("money_saved", "money_saved"), ("cost", "cost"), ("unavailable_minutes", "unavailable_minutes") })
        {
            Assert.Equal(await SqlAsync("sum(value)", series), stored["totals"]![field]!.GetValue<double>(), 1e-6);
        }

        Assert.Equal(await SqlAsync("avg(value)", "latency_p95"), report.Totals.LatencyP95!.Value, 1e-6);
        Assert.Equal(await SqlAsync("avg(value)", "availability"), report.Totals.Availability!.Value, 1e-9);
        Assert.Equal(await SqlAsync("sum(value)", "lookup_count:payments"), report.Categories.Single(category => category.Category == "payments").Lookups, 1e-6);
        foreach (var drawn in report.Series)
        {
            Assert.Equal(await SqlAsync(drawn.Series == "cost" ? "sum(value)" : "avg(value)", drawn.Series), drawn.Series == "cost" ? drawn.Points.Sum(point => point.Value) : drawn.Points.Average(point => point.Value), 1e-6 * Math.Abs(drawn.Points[0].Value));
        }
    }

    [Fact]
    public async Task The_page_stands_alone_and_the_same_report_reads_the_same()
    {
        var reports = new ReportService(month.State, month.Policy, new PricePolicy());
        var page = ReportHtml.Of(await reports.MakeAsync(SeededMonth.Project, ReportPeriod.Of("month", SeededMonth.End)!, CreatedAt, Stop));
        foreach (var outside in new[] { "http://", "https://", "<script", "url(", "@import", "src=" })
        {
            Assert.DoesNotContain(outside, page, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(6, page.Split("<svg ").Length - 1);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.Equal(page, ReportHtml.Of(await reports.MakeAsync(SeededMonth.Project, ReportPeriod.Of("month", SeededMonth.End)!, CreatedAt, Stop)));
    }

    [Fact]
    public async Task A_period_without_any_figure_says_so_instead_of_zeros()
    {
        var report = await new ReportService(month.State, month.Policy, new PricePolicy()).MakeAsync("another", ReportPeriod.Of("week", SeededMonth.End)!, CreatedAt, Stop);
        Assert.Null(report.Totals.Lookups);
        Assert.Null(report.Totals.HitRatio);
        Assert.Null(report.Before);
        Assert.Contains("No lookups were counted", ReportMarkdown.Of(report), StringComparison.Ordinal);
        Assert.DoesNotContain("| lookups | 0 ", ReportMarkdown.Of(report), StringComparison.Ordinal);
    }

    [Fact]
    public void What_others_named_cannot_become_markup()
    {
        var report = new Report
        {
            Project = "<img src=x>",
            Period = ReportPeriod.Of("day", SeededMonth.End)!,
            CreatedAt = CreatedAt,
            Currency = "USD",
            Totals = new ReportTotals(),
            Categories = [new ReportCategory("<b>|x", 1, 1, null, null)],
        };
        Assert.DoesNotContain("<img", ReportHtml.Of(report), StringComparison.Ordinal);
        Assert.Contains("<b>\\|x", ReportMarkdown.Of(report), StringComparison.Ordinal);
    }

    private async Task<double> SqlAsync(string what, string series) => await month.State.FindAsync<double>(
        $"SELECT {what} FROM samples WHERE series = (SELECT id FROM series WHERE project = @project AND name = @series) AND ts >= @from AND ts < @to",
        new { project = SeededMonth.Project, series, from = SeededMonth.End.AddMonths(-1).ToUnixTimeMilliseconds(), to = SeededMonth.End.ToUnixTimeMilliseconds() },
        Stop);
}
