using CacheKeeper.Scheduling;
using CsCheck;

namespace CacheKeeper.Tests.Scheduling;

public sealed class LowUsageTests
{
    private static readonly LowUsagePolicy Policy = new();

    [Fact]
    public void Hours_one_and_three_are_no_window_when_two_is_busy() => Assert.Empty(EveryDay(1, 3));

    [Fact]
    public void Hours_two_and_three_are_a_window()
    {
        var windows = EveryDay(2, 3);
        Assert.Equal(7, windows.Count);
        Assert.All(windows, window => Assert.Equal((2, 2), (window.StartHour, window.Hours)));
    }

    [Fact]
    public void A_window_may_pass_midnight_and_the_end_of_the_week()
    {
        var windows = EveryDay(22, 23, 0, 1);
        Assert.Equal(7, windows.Count);
        Assert.All(windows, window => Assert.Equal((22, 4), (window.StartHour, window.Hours)));
        Assert.Contains(windows, window => window.Day == DayOfWeek.Saturday);
    }

    [Fact]
    public void Overlapping_pairs_are_one_window_and_the_longest_is_first()
    {
        var windows = LowUsage.Find(Week((day, hour) => day == DayOfWeek.Sunday && hour is >= 1 and <= 6 || hour is 2 or 3 ? 5 : 100), Policy);
        Assert.Equal((DayOfWeek.Sunday, 1, 6), (windows[0].Day, windows[0].StartHour, windows[0].Hours));
        Assert.Equal(7, windows.Count);
    }

    [Fact]
    public void A_weekday_has_its_own_windows()
    {
        var window = Assert.Single(LowUsage.Find(Week((day, hour) => day == DayOfWeek.Sunday && hour is 12 or 13 && day == DayOfWeek.Sunday ? 5 : 100), Policy));
        Assert.Equal(DayOfWeek.Sunday, window.Day);
    }

    [Fact]
    public void An_hour_never_seen_is_not_quiet()
    {
        var unseen = Week((_, hour) => hour is 2 or 3 ? null : 100);
        Assert.Empty(LowUsage.Find(unseen, Policy));
        Assert.Empty(LowUsage.Find(Week((_, _) => 100).Where(hour => hour.Hour is not 2 and not 3), Policy));
    }

    [Fact]
    public void An_hour_seen_once_is_not_judged() =>
        Assert.Empty(LowUsage.Find(Week((_, hour) => hour is 2 or 3 ? 5 : 100).Select(hour => hour.Hour == 3 ? hour with { Samples = 1 } : hour), Policy));

    [Fact]
    public void A_history_without_any_load_has_no_windows() => Assert.Empty(LowUsage.Find(Week((_, _) => 0), Policy));

    [Fact]
    public void A_history_of_nothing_has_no_windows() => Assert.Empty(LowUsage.Find([], Policy));

    [Fact]
    public void Confidence_grows_with_samples_and_falls_with_spread()
    {
        double Of(int samples, double spread) =>
            LowUsage.Find(Week((_, hour) => hour is 2 or 3 ? 5 : 100).Select(hour => hour with { Samples = samples, Spread = spread }), Policy)[0].Confidence;
        Assert.True(Of(8, 1) > Of(2, 1));
        Assert.True(Of(8, 1) > Of(8, 10));
        Assert.InRange(Of(8, 1), 0.5, 1);
    }

    [Fact]
    public void Every_hour_of_every_window_is_quiet_and_every_pair_of_quiet_hours_is_in_one() => Gen.Double[0, 100].Array[168].Sample(loads =>
    {
        var hours = Week((day, hour) => loads[((int)day * 24) + hour]).ToArray();
        var threshold = 0.3 * loads.Average();
        var inside = new HashSet<int>();
        foreach (var window in LowUsage.Find(hours, Policy))
        {
            inside.UnionWith(Enumerable.Range(((int)window.Day * 24) + window.StartHour, window.Hours).Select(hour => hour % 168));
        }

        var pairs = Enumerable.Range(0, 168).Where(hour => loads[hour] < threshold && (loads[(hour + 1) % 168] < threshold || loads[(hour + 167) % 168] < threshold));
        return inside.SetEquals(pairs);
    });

    private static IReadOnlyList<LowUsageWindow> EveryDay(params int[] quiet) => LowUsage.Find(Week((_, hour) => quiet.Contains(hour) ? 5 : 100), Policy);

    private static IEnumerable<HourLoad> Week(Func<DayOfWeek, int, double?> load) =>
        from day in Enum.GetValues<DayOfWeek>()
        from hour in Enumerable.Range(0, 24)
        select new HourLoad(day, hour, load(day, hour), load(day, hour) is null ? 0 : 8, 2);
}
