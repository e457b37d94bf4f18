using CacheKeeper.Metrics;

namespace CacheKeeper.Analytics;

/// <summary>Values at equal steps: NaN where the step holds nothing.</summary>
/// <param name="Start">When the first value was.</param>
/// <param name="Step">From one value to the next.</param>
/// <param name="Values">Oldest first.</param>
internal sealed record TimeGrid(DateTimeOffset Start, TimeSpan Step, double[] Values)
{
    /// <summary>Gaps wider than this are a mistake in the times rather than a history with holes.</summary>
    private const int LongestGrid = 5_000_000;

    /// <summary>The time of the step after the last.</summary>
    public DateTimeOffset End => At(Values.Length);

    public DateTimeOffset At(int step) => Start + (step * Step);

    /// <summary>Puts values of any order on the grid of their most frequent distance; several in one step are averaged. Null for fewer than two times.</summary>
    public static TimeGrid? Of(IEnumerable<TimedValue> values)
    {
        var sorted = values.OrderBy(value => value.At).ToArray();
        var step = sorted.Zip(sorted.Skip(1), (earlier, later) => later.At - earlier.At)
            .Where(gap => gap > TimeSpan.Zero).GroupBy(gap => gap).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).FirstOrDefault()?.Key;
        return step is { } usual ? Of(sorted, usual) : null;
    }

    /// <summary>Means of whole clock hours of <paramref name="zone"/>; null without any time.</summary>
    public static TimeGrid? ByHour(IEnumerable<TimedValue> values, TimeZoneInfo zone)
    {
        return Of([.. values.Select(value => value with { At = value.At.AddTicks(-(TimeZoneInfo.ConvertTime(value.At, zone).Ticks % TimeSpan.TicksPerHour)) })], TimeSpan.FromHours(1));
    }

    /// <summary>Puts values of any order on a grid of <paramref name="step"/> that starts at the earliest; null without any.</summary>
    public static TimeGrid? Of(IReadOnlyCollection<TimedValue> values, TimeSpan step)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var (start, end) = (values.Min(value => value.At), values.Max(value => value.At));
        var length = Math.Round((end - start) / step) + 1;
        if (length > LongestGrid)
        {
            throw KeeperException.Usage($"The times reach from {TimeSeriesText.Print(start)} to {TimeSeriesText.Print(end)} in steps of {step}.", "Check the time column for odd times.");
        }

        var (sums, counts) = (new double[(int)length], new int[(int)length]);
        foreach (var (at, value) in values.Where(value => double.IsFinite(value.Value)))
        {
            var place = (int)Math.Round((at - start) / step);
            sums[place] += value;
            counts[place]++;
        }

        return new(start, step, [.. sums.Select((sum, place) => counts[place] > 0 ? sum / counts[place] : double.NaN)]);
    }
}
