using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Insights;
using CacheKeeper.Metrics;

namespace CacheKeeper.Tests.Analytics.Insights;

public sealed class InsightFinderTests
{
    private const long MiB = 1024 * 1024;
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_known_gives_no_insight() => Assert.Empty(Find(new InsightInput()));

    [Fact]
    public void A_decline_is_measured_over_a_real_day_against_the_day_before()
    {
        var insight = Assert.Single(Find(new InsightInput { Performance = Hourly(48, hour => hour < 24 ? 0.9 : 0.72) }));
        Assert.Equal((InsightType.PerformanceDecline, FindingSeverity.Warning), (insight.Type, insight.Severity));
        Assert.Equal("Performance fell by 20 % over the last 24 h, from 0.90 to 0.72.", insight.Message);
        Assert.NotEmpty(insight.Recommendations);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(6)]
    public void Less_than_two_days_say_nothing_of_a_day(int hours) =>
        Assert.Empty(Find(new InsightInput { Performance = Hourly(hours, hour => 0.9 - (hour * 0.02)) }));

    [Fact]
    public void A_daily_rhythm_is_no_decline() =>
        Assert.Empty(Find(new InsightInput { Performance = Hourly(48, hour => 0.8 + (0.15 * Math.Sin(hour * Math.PI / 12))) }));

    [Fact]
    public void Unknown_values_are_left_out() =>
        Assert.Single(Find(new InsightInput { Performance = Hourly(48, hour => hour % 3 == 0 ? double.NaN : hour < 24 ? 0.9 : 0.5) }));

    [Fact]
    public void Fast_growth_is_said_with_its_amount()
    {
        var insight = Assert.Single(Find(new InsightInput { Sizes = [new("postgresql entries", "entries", Hourly(168, hour => 10_000 + (hour * 100)))] }));
        Assert.Equal(InsightType.CapacityPlanning, insight.Type);
        Assert.Contains("2,400 entries", insight.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_percent_of_next_to_nothing_is_noise() =>
        Assert.Empty(Find(new InsightInput { Sizes = [new("entries", "entries", Hourly(168, hour => 20 + hour))] }));

    [Fact]
    public void A_cleanup_in_between_does_not_hide_or_make_growth() =>
        Assert.Empty(Find(new InsightInput { Sizes = [new("entries", "entries", Hourly(168, hour => 100_000 - (hour == 80 ? 60_000 : 0)))] }));

    [Theory]
    [InlineData(3, FindingSeverity.Critical)]
    [InlineData(20, FindingSeverity.Warning)]
    public void A_limit_that_is_met_soon_has_a_date(int days, object severity)
    {
        var outlook = new LimitOutlook("upstash bytes", 256 * MiB, "bytes", Now.AddDays(days - 1), Now.AddDays(days));
        var insight = Assert.Single(Find(new InsightInput { Limits = [outlook] }));
        Assert.Equal(severity, insight.Severity);
        Assert.Contains($"{Now.AddDays(days):yyyy-MM-dd}", insight.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_far_away_or_never_met_is_not_mentioned() =>
        Assert.Empty(Find(new InsightInput { Limits = [new("a", 1, "bytes", null, Now.AddDays(90)), new("b", 1, "bytes", Now, null)] }));

    [Fact]
    public void A_category_that_drags_is_named_with_what_it_costs()
    {
        var insight = Assert.Single(Find(new InsightInput { Categories = [new("faq", 9000, 10_000, 10, 0), new("smalltalk", 500, 5000, 10, 0)] }));
        Assert.Equal((InsightType.CategoryDrag, "smalltalk"), (insight.Type, insight.Subject));
        Assert.Equal("smalltalk is hit in 10 % of its lookups; without it the hit ratio would be 90 % instead of 63 %.", insight.Message);
    }

    [Fact]
    public void The_only_category_drags_nothing() => Assert.Empty(Find(new InsightInput { Categories = [new("all", 1, 10_000, 10, 0)] }));

    [Fact]
    public void Bytes_that_nobody_asks_for_are_wasted() =>
        Assert.Equal(InsightType.WastedBytes, Assert.Single(Find(new InsightInput { Categories = [new("faq", 0, 0, 200 * MiB, 100 * MiB), new("b", 0, 0, MiB, MiB)] })).Type);

    [Fact]
    public void An_index_is_unused_only_after_a_whole_window_and_never_when_unique()
    {
        IndexUse[] indexes =
        [
            new("idle", 20 * MiB, 0, false, TimeSpan.FromDays(31)), new("young", 20 * MiB, 0, false, TimeSpan.FromDays(29)),
            new("key", 20 * MiB, 0, true, TimeSpan.FromDays(99)), new("used", 20 * MiB, 1, false, TimeSpan.FromDays(99)),
        ];
        Assert.Equal("idle", Assert.Single(Find(new InsightInput { Indexes = indexes })).Subject);
    }

    [Theory]
    [InlineData(25, 1)]
    [InlineData(15, 0)]
    public void A_day_that_costs_twice_the_usual_is_said(double last, int expected) =>
        Assert.Equal(expected, Find(new InsightInput { DailyCost = [.. Enumerable.Range(0, 10).Select(day => new TimedValue(Now.AddDays(day - 9), day == 9 ? last : 10))] }).Count);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(8, 1)]
    public void A_forecast_has_missed_when_its_range_was_left_too_often(int outside, int expected) =>
        Assert.Equal(expected, Find(new InsightInput
        {
            Forecasts = [.. Enumerable.Range(0, 24).Select(i => new ForecastOutcome("lookups", Now.AddHours(-i), 10, 20, i < outside ? 30 : 15))],
        }).Count);

    [Fact]
    public void The_most_severe_comes_first_and_ids_do_not_change_with_figures()
    {
        var limits = new[] { new LimitOutlook("a", 1, "bytes", null, Now.AddDays(20)), new LimitOutlook("b", 1, "bytes", null, Now.AddDays(2)) };
        Assert.Equal(["capacity_date:b", "capacity_date:a"], Find(new InsightInput { Limits = limits }).Select(insight => insight.Id));
    }

    private static IReadOnlyList<Insight> Find(InsightInput input) => InsightFinder.Find(input, InsightPolicy.Default, Now);

    private static TimedValue[] Hourly(int hours, Func<int, double> value) =>
        [.. Enumerable.Range(0, hours).Select(hour => new TimedValue(Now.AddHours(hour + 1 - hours), value(hour)))];
}
