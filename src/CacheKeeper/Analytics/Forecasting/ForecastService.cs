using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Forecasts the series worth it, each when its last forecast has grown old.</summary>
internal sealed class ForecastService(StateStore state, AnalyticsPolicy policy)
{
    private readonly ForecastStore _store = new(state);
    private readonly SampleStore _samples = new(state);
    private readonly RunStore _runs = new(state);

    /// <summary>What is forecast: the whole, and what may meet a limit.</summary>
    public static IReadOnlyList<string> Series { get; } = ["size", "hit_ratio", "latency_p95", "lookups", "cost", .. TierMetrics.Words.Select(tier => $"{tier}_size")];

    public async Task RefreshAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var latest = await _store.LatestTimesAsync(project, cancellationToken);
        var due = Series.Where(series => !latest.TryGetValue(series, out var madeAt) || now - madeAt >= policy.ForecastEvery).ToList();
        if (due.Count == 0)
        {
            return;
        }

        // The hour that is not over yet is no hour of history.
        var end = new DateTimeOffset(now.UtcDateTime.Date.AddHours(now.UtcDateTime.Hour), TimeSpan.Zero);
        var start = end - policy.ForecastHistory;
        var interventions = Interventions.Of(await _runs.ListAsync(Interventions.Among(project, start), cancellationToken));
        foreach (var series in due)
        {
            var hours = await _samples.ReadAsync(project, series, RollupLevel.Hour, start, end, cancellationToken);
            if (Predict(series, hours, interventions, end) is { } forecast)
            {
                await _store.WriteAsync(project, new StoredForecast(series, now, end, forecast), cancellationToken);
            }
        }

        await _store.ForgetAsync(project, now - policy.KeepForecasts, cancellationToken);
    }

    private Forecast? Predict(string series, IReadOnlyList<TimedValue> hours, IReadOnlyList<Intervention> interventions, DateTimeOffset end)
    {
        if (TimeGrid.Of(hours, StoredForecast.Step) is not { } grid)
        {
            return null;
        }

        // What is missing up to now is unknown, so that the first step forecast is the coming hour.
        var count = (int)Math.Round((end - grid.Start) / grid.Step);
        double[] values = [.. grid.Values, .. Enumerable.Repeat(double.NaN, Math.Max(0, count - grid.Values.Length))];
        var unit = MetricCatalogue.Keeper.Find(series)!.Unit;
        var season = Seasons.Of(grid.Step);
        var history = new SeriesHistory(values, season, Seasons.LongOf(season), unit == MetricUnit.Ratio ? Bounds.Ratio : Bounds.Size, [.. interventions.Select(intervention => StepRange.Of(intervention, grid.Start, grid.Step, values.Length)).Where(range => range.To > range.From)]);
        return Forecaster.Predict(history, policy.ForecastHours, ForecastPolicy.Default);
    }
}
