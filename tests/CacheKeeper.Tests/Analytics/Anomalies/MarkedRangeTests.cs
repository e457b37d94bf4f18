using CacheKeeper.Analytics.Anomalies;

namespace CacheKeeper.Tests.Analytics.Anomalies;

public sealed class MarkedRangeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(150, true)]
    [InlineData(151, false)]
    public void A_mark_explains_its_time_and_a_while_after(int minutes, bool explained) =>
        Assert.Equal(explained, MarkedRange.AnyExplains([new(Noon, Noon.AddMinutes(30))], Noon.AddMinutes(minutes), AnomalyPolicy.Default));

    [Fact]
    public void What_has_not_ended_explains_until_it_does() =>
        Assert.True(MarkedRange.AnyExplains([new(Noon, null)], Noon.AddDays(3), AnomalyPolicy.Default));

    [Fact]
    public void Without_marks_nothing_is_explained() => Assert.False(MarkedRange.AnyExplains([], Noon, AnomalyPolicy.Default));
}
