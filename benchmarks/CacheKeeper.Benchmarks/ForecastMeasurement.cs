using System.Diagnostics;
using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Forecasting;

namespace CacheKeeper.Benchmarks;

/// <summary>Forecasts of M4 Hourly and of two hourly series, by the protocols and beside the rivals that everybody knows.</summary>
internal sealed class ForecastMeasurement : IMeasurement
{
    private const int Day = 24;
    private static readonly string[] Rivals = ["seasonal naive", "weekly naive", "Theta", "Holt-Winters", "weekly exponential smoothing"];

    public string Name => "forecasts";

    public string Summary => "M4 Hourly OWA, hourly MASE over 20 weekly origins, coverage of the ranges; against seasonal naive, Theta and Holt-Winters";

    public Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        MeasureM4(figures);
        var metro = HourlyData.Series(figures.DataFile("series/metro_traffic_hourly.csv.gz"));
        var taxi = HourlyData.Series(figures.DataFile("series/nyc_taxi_hourly.csv.gz"));
        MeasureSeries(figures, "metro", metro, 48, null, null);
        MeasureSeries(figures, "metro", metro, 168, 0.75, 0.70);
        MeasureSeries(figures, "taxi", taxi, 48, null, null);
        MeasureSeries(figures, "taxi", taxi, 168, 1.08, 1.00);
        return Task.CompletedTask;
    }

    private static void MeasureM4(Figures figures)
    {
        var futures = HourlyData.Wide(figures.DataFile("m4-hourly/test.csv.gz")).ToDictionary(series => series.Id, series => series.Values);
        var histories = HourlyData.Wide(figures.DataFile("m4-hourly/train.csv.gz"));
        var cases = histories.Select(series => (series.Values, Future: futures[series.Id])).ToArray();
        var watch = Stopwatch.StartNew();
        var ours = cases.Select(one => (one.Values, one.Future, Forecast: Ours(one.Values, [], one.Future.Length))).ToArray();
        var seconds = watch.Elapsed.TotalSeconds;
        var (smape, mase) = (100 * ours.Average(one => Smape(one.Future, Middle(one.Forecast))), ours.Average(one => Mase(one.Values, one.Future, Middle(one.Forecast), Day)));
        figures.Add("m4 hourly OWA", Owa(smape, mase), 0.55, 0.48, true, $"sMAPE {smape:0.00}, MASE {mase:0.000}; winners of M4 .410-.484 on all 414 series");
        figures.Add("m4 hourly seconds for 207 series", seconds, 60, null, true, "one core");
        foreach (var rival in Rivals)
        {
            var forecasts = cases.Select(one => (one.Values, one.Future, Forecast: Rival(rival, one.Values, one.Future.Length))).ToArray();
            figures.Add(
                $"m4 hourly OWA of {rival}",
                Owa(100 * forecasts.Average(one => Smape(one.Future, one.Forecast)), forecasts.Average(one => Mase(one.Values, one.Future, one.Forecast, Day))));
        }

        Coverage(figures, "m4 hourly", [.. ours.Select(one => (one.Forecast, one.Future))]);
    }

    private static void MeasureSeries(Figures figures, string name, TimeGrid series, int horizon, double? must, double? goal)
    {
        var origins = HourlyData.WeeklyOrigins(series, horizon).ToArray();
        var ours = origins.Select(origin => (origin.History, origin.Future, Forecast: Ours(origin.History.Values, RestDays.Guessed(origin.History, horizon), horizon))).ToArray();
        figures.Add($"{name} {horizon} h MASE", ours.Average(one => Mase(one.History.Values, one.Future, Middle(one.Forecast), HourlyData.Week)), must, goal, true);
        var declared = origins.Average(origin =>
            Mase(origin.History.Values, origin.Future, Middle(Ours(origin.History.Values, [RestDays.Of("US", origin.History, horizon, declared: true)], horizon)), HourlyData.Week));
        figures.Add($"{name} {horizon} h MASE with --holidays US", declared, lowerIsBetter: true);
        var whole = HourlyData.WeeklyOrigins(series, horizon, int.MaxValue / HourlyData.Week).Zip(origins, (all, last) =>
            Mase(last.History.Values, last.Future, Middle(Ours(all.History.Values, RestDays.Guessed(all.History, horizon), horizon)), HourlyData.Week));
        figures.Add($"{name} {horizon} h MASE from the whole history", whole.Average(), must, goal, true, "the protocol gives 8 weeks only");
        foreach (var rival in Rivals)
        {
            figures.Add(
                $"{name} {horizon} h MASE of {rival}",
                origins.Average(origin => Mase(origin.History.Values, origin.Future, Rival(rival, origin.History.Values, horizon), HourlyData.Week)));
        }

        Coverage(figures, $"{name} {horizon} h", [.. ours.Select(one => (one.Forecast, one.Future))]);
    }

    private static void Coverage(Figures figures, string name, (Forecast Forecast, double[] Future)[] forecasts)
    {
        figures.Add($"{name} share inside the 80 % range", forecasts.Average(one => one.Future.Select((value, step) => Inside(value, one.Forecast.Points[step], false)).Average()));
        var inside = forecasts.Average(one => one.Future.Select((value, step) => Inside(value, one.Forecast.Points[step], true)).Average());
        figures.Add($"{name} share inside the 95 % range", inside, 0.92, null, false, inside > 0.98 ? "too wide: above .98" : "within .92-.98 is right");
    }

    private static double Inside(double value, ForecastPoint point, bool wide) =>
        value >= (wide ? point.Lower95 : point.Lower80) && value <= (wide ? point.Upper95 : point.Upper80) ? 1 : 0;

    private static Forecast Ours(double[] history, IReadOnlyList<RestDays> rest, int horizon) =>
        Forecaster.Predict(SeriesHistory.Of(history, Day, Bounds.Size) with { RestDays = rest }, horizon, ForecastPolicy.Default);

    private static double[] Rival(string name, double[] history, int horizon) =>
        ForecastModels.For(Bounds.None).Single(model => model.Name == name).Predict(new(history, Day, HourlyData.Week), horizon)!;

    private static double[] Middle(Forecast forecast) => [.. forecast.Points.Select(point => point.Value)];

    private static double Owa(double smape, double mase) => ((smape / 18.541) + (mase / 2.358)) / 2;

    private static double Smape(double[] actual, double[] forecast) =>
        actual.Zip(forecast, (came, said) => came == 0 && said == 0 ? 0 : 2 * Math.Abs(came - said) / (Math.Abs(came) + Math.Abs(said))).Average();

    private static double Mase(double[] history, double[] actual, double[] forecast, int season)
    {
        var scale = history.Skip(season).Zip(history, (later, earlier) => Math.Abs(later - earlier)).Average();
        return actual.Zip(forecast, (came, said) => Math.Abs(came - said)).Average() / scale;
    }
}
