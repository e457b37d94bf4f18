using CacheKeeper.Analytics;
using CacheKeeper.Cli;

namespace CacheKeeper.Benchmarks;

/// <summary>Series of the shared data folder, as the measurements of forecasts and windows read them.</summary>
internal static class HourlyData
{
    /// <summary>The hourly protocol: so many weekly origins at a series' end, so many weeks of history before each.</summary>
    public const int Origins = 20;
    public const int Week = 168;
    public const int HistoryWeeks = 8;

    public static TimeGrid Series(string path)
    {
        using var reader = TextFileStore.OpenRead(path);
        return TimeGrid.Of(TimeSeriesText.Parse(TextFileStore.Lines(reader), null, null))!;
    }

    /// <summary>Lines <c>id,v1,v2,…</c> without header.</summary>
    public static IReadOnlyList<(string Id, double[] Values)> Wide(string path)
    {
        using var reader = TextFileStore.OpenRead(path);
        return [.. TextFileStore.Lines(reader).Select(TimeSeriesText.ParseWide)];
    }

    /// <summary>For each origin: the history and where it starts, and what came in the <paramref name="horizon"/> after it.</summary>
    public static IEnumerable<(TimeGrid History, double[] Future)> WeeklyOrigins(TimeGrid series, int horizon, int weeks = HistoryWeeks)
    {
        for (var origin = Origins; origin >= 1; origin--)
        {
            var end = series.Values.Length - (origin * Week);
            var start = Math.Max(0, end - (weeks * Week));
            yield return (new(series.At(start), series.Step, series.Values[start..end]), series.Values[end..(end + horizon)]);
        }
    }
}
