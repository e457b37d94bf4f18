using CacheKeeper.Analytics;

namespace CacheKeeper.Tests.Analytics;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData("2014-07-01 00:30:00")]
    [InlineData("2014-07-01T00:30:00Z")]
    [InlineData("2014-07-01T02:30:00+02:00")]
    [InlineData("2014-07-01 00:30:00.000000")]
    [InlineData("1404174600")]
    [InlineData("1404174600000")]
    [InlineData("1404174600000000")]
    [InlineData("1404174600.0")]
    public void Every_usual_way_to_write_a_time_is_read(string text) =>
        Assert.Equal(new DateTimeOffset(2014, 7, 1, 0, 30, 0, TimeSpan.Zero), TimeText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("timestamp")]
    [InlineData("1e300")]
    [InlineData("NaN")]
    public void What_is_no_time_is_unknown(string text) => Assert.Null(TimeText.Parse(text));
}
