using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Insights;

namespace CacheKeeper.Tests.Analytics.Insights;

public sealed class InsightBookTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly InsightPolicy Policy = InsightPolicy.Default;

    [Fact]
    public void What_is_new_opens_once()
    {
        var first = InsightBook.Update([], [Of("a")], Policy, Now);
        var second = InsightBook.Update(first.Opened, [Of("a")], Policy, Now.AddMinutes(15));
        Assert.Equal("a", Assert.Single(first.Opened).Insight.Subject);
        Assert.Empty(second.Opened);
        Assert.Equal((Now, Now.AddMinutes(15)), Assert.Single(second.StillOpen) is var still ? (still.OpenedAt, still.LastSeenAt) : default);
    }

    [Fact]
    public void What_worsens_is_told_again()
    {
        var changes = InsightBook.Update([new(Of("a"), Now, Now)], [Of("a", FindingSeverity.Critical)], Policy, Now.AddHours(1));
        Assert.Equal(FindingSeverity.Critical, Assert.Single(changes.Worsened).Insight.Severity);
        Assert.Empty(changes.StillOpen);
    }

    [Fact]
    public void What_is_gone_closes_only_after_a_while()
    {
        var open = new[] { new BookedInsight(Of("a"), Now, Now) };
        Assert.Single(InsightBook.Update(open, [], Policy, Now.AddHours(1)).StillOpen);
        Assert.Equal(Now.AddHours(2), Assert.Single(InsightBook.Update(open, [], Policy, Now.AddHours(2)).Closed).ClosedAt);
    }

    [Fact]
    public void What_was_closed_opens_anew()
    {
        var closed = new BookedInsight(Of("a"), Now.AddDays(-2), Now.AddDays(-1), Now.AddDays(-1));
        Assert.Equal(Now, Assert.Single(InsightBook.Update([closed], [Of("a")], Policy, Now).Opened).OpenedAt);
    }

    private static Insight Of(string subject, object? severity = null) =>
        new(InsightType.CapacityPlanning, subject, severity is FindingSeverity given ? given : FindingSeverity.Info, "It grows.", [], []);
}
