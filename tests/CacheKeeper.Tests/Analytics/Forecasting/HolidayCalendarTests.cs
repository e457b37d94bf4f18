using System.Globalization;
using CacheKeeper.Analytics.Forecasting;

namespace CacheKeeper.Tests.Analytics.Forecasting;

public sealed class HolidayCalendarTests
{
    [Theory]
    [InlineData("US", "2018-05-28")]
    [InlineData("US", "2018-09-03")]
    [InlineData("US", "2014-11-27")]
    [InlineData("GB", "2025-04-21")]
    [InlineData("GB", "2025-08-25")]
    [InlineData("DE", "2024-05-09")]
    [InlineData("PL", "2026-06-04")]
    [InlineData("FR", "2038-04-26")]
    [InlineData("IN", "2026-01-26")]
    public void A_day_of_rest_is_known(string country, string day) => Assert.Contains(Day(day), HolidayCalendar.Between(country, Day(day), Day(day)));

    [Theory]
    [InlineData("US", "2018-05-21")]
    [InlineData("GB", "2025-04-28")]
    public void An_ordinary_day_is_none(string country, string day) => Assert.Empty(HolidayCalendar.Between(country, Day(day), Day(day)));

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
