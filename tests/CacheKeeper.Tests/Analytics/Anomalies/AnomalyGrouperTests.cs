using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Anomalies;

namespace CacheKeeper.Tests.Analytics.Anomalies;

public sealed class AnomalyGrouperTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Alarms_near_in_time_are_one_finding_of_the_series_that_moved_first()
    {
        var finding = Assert.Single(Group(Alarm("latency.p95", 10), Alarm("hit_ratio", 0), Alarm("lookups", 35), Alarm("hit_ratio", 20)));
        Assert.Equal("hit_ratio", finding.First.Series);
        Assert.Equal(["latency.p95", "lookups"], finding.Followers.Select(alarm => alarm.Series));
        Assert.Equal((Noon, Noon.AddMinutes(35)), (finding.StartedAt, finding.LastAt));
    }

    [Fact]
    public void Alarms_far_apart_are_findings_of_their_own() =>
        Assert.Equal(["a", "b"], Group(Alarm("b", 90), Alarm("a", 0)).Select(finding => finding.First.Series));

    [Fact]
    public void A_chain_of_alarms_is_cut_where_it_grows_too_long() =>
        Assert.Equal(2, Group([.. Enumerable.Range(0, 9).Select(i => Alarm("s" + i, i * 20))]).Count);

    [Theory]
    [InlineData(1, 1, FindingSeverity.Info)]
    [InlineData(1, 10, FindingSeverity.Warning)]
    [InlineData(2, 1, FindingSeverity.Warning)]
    [InlineData(3, 10, FindingSeverity.Warning)]
    [InlineData(3, 40, FindingSeverity.Critical)]
    public void Rare_and_wide_is_serious(int series, int days, object severity) =>
        Assert.Equal(severity, Assert.Single(Group([.. Enumerable.Range(0, series).Select(i => Alarm("s" + i, i, days))])).Severity);

    [Fact]
    public void A_finding_says_what_moved_how_rarely_and_what_followed()
    {
        var finding = Assert.Single(Group(Alarm("hit_ratio", 0, 40), Alarm("lookups", 5, 2)));
        Assert.Equal("hit_ratio jumped at 2026-03-02 12:00 UTC (0.5), as it does once in 40 days; lookups followed.", finding.Message);
    }

    [Fact]
    public void The_id_does_not_change_when_more_follows() =>
        Assert.Equal(Group(Alarm("a", 0))[0].Id, Group(Alarm("a", 0), Alarm("b", 3))[0].Id);

    [Fact]
    public void Nothing_is_found_in_nothing() => Assert.Empty(Group());

    private static IReadOnlyList<AnomalyFinding> Group(params AnomalyAlarm[] alarms) => AnomalyGrouper.Group(alarms, AnomalyGroupingPolicy.Default);

    private static AnomalyAlarm Alarm(string series, int minutes, double days = 1) =>
        new(series, Noon.AddMinutes(minutes), 0.5, 0.6, AnomalySignal.Jump, TimeSpan.FromDays(days));
}
