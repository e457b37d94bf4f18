using CacheKeeper.Analytics;

namespace CacheKeeper.Tests.Analytics;

public sealed class TimeGridTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Missing_steps_are_unknown_and_doubled_ones_are_averaged()
    {
        var grid = TimeGrid.Of([new(Start.AddHours(4), 8), new(Start, 1), new(Start.AddHours(1), 2), new(Start.AddHours(1), 4), new(Start.AddHours(2), 5)])!;
        Assert.Equal([1, 3, 5, double.NaN, 8], grid.Values);
        Assert.Equal(TimeSpan.FromHours(1), grid.Step);
        Assert.Equal(Start.AddHours(5), grid.End);
    }

    [Fact]
    public void One_time_makes_no_grid()
    {
        Assert.Null(TimeGrid.Of([new(Start, 1), new(Start, 2)]));
        Assert.Null(TimeGrid.Of([]));
    }

    [Fact]
    public void A_time_far_away_is_refused_instead_of_filling_memory() =>
        Assert.Throws<KeeperException>(() => TimeGrid.Of([new(Start, 1), new(Start.AddSeconds(1), 1), new(Start.AddYears(900), 2)]));

    [Fact]
    public void Hours_are_those_of_the_zones_clock()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");
        var grid = TimeGrid.ByHour([new(Start.AddMinutes(45), 1), new(Start.AddMinutes(75), 3), new(Start.AddMinutes(95), 7)], zone)!;
        Assert.Equal(Start.AddMinutes(30), grid.Start);
        Assert.Equal([2, 7], grid.Values);
    }

    [Fact]
    public void A_file_is_read_by_its_columns()
    {
        var rows = TimeSeriesText.Parse(["\"ds\",\"y\"", "\"2026-01-05\",1.5", "2026-01-06,", "", "1767744000,3"], "ds", "y").ToArray();
        Assert.Equal([1.5, double.NaN, 3], rows.Select(row => row.Value));
        Assert.Equal([0.0, 1, 2], rows.Select(row => (row.At - Start).TotalDays));
    }

    [Fact]
    public void A_wide_line_keeps_its_holes_and_drops_its_padding()
    {
        var (id, values) = TimeSeriesText.ParseWide("\"H1\",1,,3,,");
        Assert.Equal("H1", id);
        Assert.Equal([1, double.NaN, 3], values);
    }

    [Fact]
    public void An_unreadable_time_names_its_line()
    {
        var error = Assert.Throws<KeeperException>(() => TimeSeriesText.Parse(["timestamp,value", "soon,1"], null, null).ToArray());
        Assert.Contains("Line 2", error.Message, StringComparison.Ordinal);
    }
}
