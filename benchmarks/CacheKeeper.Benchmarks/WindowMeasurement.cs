using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Analytics.Windows;

namespace CacheKeeper.Benchmarks;

/// <summary>The quietest four hours of each coming day: what choosing them costs against knowing, beside the usual rules.</summary>
internal sealed class WindowMeasurement : IMeasurement
{
    private const int Day = 24;
    private const int Hours = 4;

    public string Name => "windows";

    public string Summary => "regret of low-usage windows over 20 weekly origins on two series; against last week and the mean of 4 weeks";

    public Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        Measure(figures, "metro", HourlyData.Series(figures.DataFile("series/metro_traffic_hourly.csv.gz")), 0.004);
        Measure(figures, "taxi", HourlyData.Series(figures.DataFile("series/nyc_taxi_hourly.csv.gz")), 0.018);
        return Task.CompletedTask;
    }

    private static void Measure(Figures figures, string name, TimeGrid series, double must)
    {
        var origins = HourlyData.WeeklyOrigins(series, HourlyData.Week).ToArray();
        var ours = origins.SelectMany(origin => Cost(origin.Future, Ours(origin.History))).ToArray();
        figures.Add($"{name} regret", ours.Average(cost => cost.Regret), must, null, true);
        figures.Add($"{name} regret p95", Robust.Quantile([.. ours.Select(cost => cost.Regret).Order()], 0.95), lowerIsBetter: true);
        figures.Add($"{name} within 1 h of the best", ours.Average(cost => cost.Near ? 1.0 : 0));
        figures.Add($"{name} regret of the mean of 4 weeks", origins.SelectMany(origin => Cost(origin.Future, Least(MeanOfWeeks(origin.History.Values, 4)))).Average(cost => cost.Regret));
        figures.Add($"{name} regret of last week", origins.SelectMany(origin => Cost(origin.Future, Least(MeanOfWeeks(origin.History.Values, 1)))).Average(cost => cost.Regret));
        var confident = origins.SelectMany(origin => Find(origin.History).Windows.Select(window => window.Confidence)).Average();
        figures.Add($"{name} confidence told", confident, note: $"right within a tenth on {ours.Average(cost => cost.Regret <= WindowPolicy.Default.RightWithin ? 1.0 : 0):0.000} of the days");
    }

    private static MaintenanceWindowList Find(TimeGrid history) => MaintenanceWindows.Find(history, history.End, Hours, 7, TimeZoneInfo.Utc, WindowPolicy.Default);

    // The hour of its day at which each day's window starts.
    private static int[] Ours(TimeGrid history) => [.. Find(history).Windows.Select(window => window.Start.Hour)];

    private static int[] Least(double[] week) => [.. Enumerable.Range(0, 7).Select(day => Enumerable.Range(0, Day - Hours + 1).MinBy(hour => Load(week, day, hour)))];

    private static double[] MeanOfWeeks(double[] history, int weeks) =>
        [.. Enumerable.Range(0, HourlyData.Week).Select(hour => Enumerable.Range(1, weeks).Average(week => history[history.Length - (week * HourlyData.Week) + hour]))];

    private static IEnumerable<(double Regret, bool Near)> Cost(double[] future, int[] starts)
    {
        var best = Least(future);
        return starts.Select((start, day) =>
        {
            var loads = Enumerable.Range(0, Day - Hours + 1).Select(hour => Load(future, day, hour)).ToArray();
            return ((loads[start] - loads.Min()) / (loads.Average() - loads.Min()), Math.Abs(start - best[day]) <= 1);
        });
    }

    private static double Load(double[] week, int day, int hour) => Enumerable.Range(0, Hours).Sum(i => week[(day * Day) + hour + i]);
}
