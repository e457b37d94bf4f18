using CacheKeeper.Analytics.Forecasting;

namespace CacheKeeper.Tests.Analytics.Forecasting;

public sealed class LimitForecastTests
{
    private static readonly DateTimeOffset First = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    // Grows by 10 an hour from 100 on; the 80 % range is 15 to each side.
    private static readonly Forecast Growing = new([.. Enumerable.Range(0, 10).Select(step => Point(100 + (10 * step)))], [], null, null);

    [Theory]
    [InlineData(150, 4, 5, 7)]
    [InlineData(90, 0, 0, 1)]
    [InlineData(190, 8, 9, null)]
    [InlineData(200, 9, null, null)]
    [InlineData(500, null, null, null)]
    public void A_limit_is_met_soonest_as_expected_and_latest(double limit, int? earliest, int? expected, int? latest)
    {
        var met = LimitForecast.Of(Growing, limit, First, TimeSpan.FromHours(1));
        Assert.Equal(new(At(earliest), At(expected), At(latest)), met);
    }

    [Fact]
    public void Without_a_forecast_nothing_is_said() =>
        Assert.Equal(new(null, null, null), LimitForecast.Of(Forecast.None("not enough history"), 1, First, TimeSpan.FromHours(1)));

    private static DateTimeOffset? At(int? step) => step is { } hours ? First.AddHours(hours) : null;

    private static ForecastPoint Point(double value) => new(value, value - 15, value + 15, value - 30, value + 30);
}
