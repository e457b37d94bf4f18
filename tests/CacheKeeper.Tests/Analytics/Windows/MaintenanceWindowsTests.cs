using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Windows;
using CacheKeeper.Metrics;

namespace CacheKeeper.Tests.Analytics.Windows;

public sealed class MaintenanceWindowsTests
{
    // A Monday.
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_coming_day_gets_its_quietest_hours()
    {
        var found = Find(History(8, time => Usual(time)));
        Assert.Equal(7, found.Windows.Count);
        Assert.Empty(found.Skipped);
        Assert.All(found.Windows, window =>
        {
            Assert.Equal(window.Start.DayOfWeek == DayOfWeek.Sunday ? 6 : 2, window.Start.Hour);
            Assert.Equal(TimeSpan.FromHours(4), window.End - window.Start);
            Assert.InRange(window.ExpectedShare!.Value, 0.001, 0.05);
            Assert.InRange(window.Confidence, 0.9, 0.95);
        });
        Assert.Equal(Start.AddDays(56), found.Windows[0].Start.Date);
    }

    [Fact]
    public void A_holiday_does_not_become_a_habit()
    {
        // The last Monday was a holiday with a quiet evening.
        var found = Find(History(8, time => time >= Start.AddDays(49) && time < Start.AddDays(50) ? (time.Hour >= 20 ? 0 : 50) : Usual(time)));
        Assert.Equal(2, found.Windows[0].Start.Hour);
        Assert.InRange(found.Windows[0].Confidence, 0.5, 0.9);
    }

    [Fact]
    public void Hours_never_seen_are_not_quiet()
    {
        var found = Find(History(4, time => time.Hour is >= 2 and < 6 ? double.NaN : Usual(time)));
        Assert.All(found.Windows, window => Assert.True(window.Start.Hour >= 6));
    }

    [Fact]
    public void Nothing_known_is_said_and_not_guessed()
    {
        var found = Find(History(1, _ => double.NaN));
        Assert.Empty(found.Windows);
        Assert.Equal(7, found.Skipped.Count);
    }

    [Fact]
    public void Three_days_serve_all_weekdays_by_the_hour()
    {
        var grid = new TimeGrid(Start, TimeSpan.FromHours(1), [.. Enumerable.Range(0, 72).Select(hour => Usual(Start.AddHours(hour)))]);
        var found = Find(grid);
        Assert.All(found.Windows, window => Assert.Equal(2, window.Start.Hour));
        Assert.All(found.Windows, window => Assert.InRange(window.Confidence, 0.5, 0.9));
    }

    [Fact]
    public void A_cache_that_nobody_uses_has_windows_without_a_share()
    {
        var found = Find(History(4, _ => 0));
        Assert.All(found.Windows, window => Assert.Null(window.ExpectedShare));
    }

    [Theory]
    [InlineData("Asia/Kolkata")]
    [InlineData("America/New_York")]
    [InlineData("Europe/Warsaw")]
    public void Days_and_hours_are_those_of_the_zone(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var values = Enumerable.Range(0, 8 * 168 * 2).Select(half => Start.AddMinutes(30 * half)).Select(time => new TimedValue(time, Usual(TimeZoneInfo.ConvertTime(time, zone))));
        var load = TimeGrid.ByHour(values, zone)!;
        // Eight weeks from January on reach over no clock change; the seven days after 2026-03-02 reach New York's on the 8th, and from the 23rd on Warsaw's on the 29th.
        foreach (var from in new[] { load.End, new DateTimeOffset(2026, 3, 23, 12, 0, 0, TimeSpan.Zero) })
        {
            var found = MaintenanceWindows.Find(load, from, 4, 7, zone, WindowPolicy.Default);
            Assert.Equal(7, found.Windows.Select(window => window.Start.Date).Distinct().Count());
            Assert.All(found.Windows, window =>
            {
                Assert.Equal(TimeSpan.FromHours(4), window.End - window.Start);
                Assert.Equal(zone.GetUtcOffset(window.Start), window.Start.Offset);
                Assert.InRange(window.Start.Hour, 1, 7);
            });
        }
    }

    [Fact]
    public void A_day_on_which_midnight_is_skipped_has_its_window()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/Santiago");
        var load = TimeGrid.ByHour(Enumerable.Range(0, 4 * 168).Select(hour => new TimedValue(Start.AddHours(hour), 100 + hour % 24)), zone)!;
        var found = MaintenanceWindows.Find(load, new(2026, 9, 4, 12, 0, 0, TimeSpan.Zero), 4, 3, zone, WindowPolicy.Default);
        Assert.Equal(3, found.Windows.Count);
    }

    // Quiet from 2 to 6, on Sundays from 6 to 10.
    private static double Usual(DateTimeOffset time)
    {
        var first = time.DayOfWeek == DayOfWeek.Sunday ? 6 : 2;
        return time.Hour >= first && time.Hour < first + 4 ? 10 : 200;
    }

    private static TimeGrid History(int weeks, Func<DateTimeOffset, double> load) =>
        new(Start, TimeSpan.FromHours(1), [.. Enumerable.Range(0, weeks * 168).Select(hour => load(Start.AddHours(hour)))]);

    private static MaintenanceWindowList Find(TimeGrid load) => MaintenanceWindows.Find(load, load.End, 4, 7, TimeZoneInfo.Utc, WindowPolicy.Default);
}
