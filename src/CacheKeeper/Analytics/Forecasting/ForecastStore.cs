using System.Collections.Concurrent;
using System.Text.Json;
using CacheKeeper.Storage;

namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Remembers forecasts, so that they can be shown, asked by rules, and later compared with what came.</summary>
internal sealed class ForecastStore(StateStore state)
{
    private const string Columns = "SELECT series AS Series, made_at AS MadeAt, first_at AS FirstAt, document AS Document FROM forecasts";

    private readonly ConcurrentDictionary<(string Project, string Series), StoredForecast> _read = new();

    public Task WriteAsync(string project, StoredForecast forecast, CancellationToken cancellationToken) =>
        state.ExecuteAsync(
            """
            INSERT INTO forecasts (project, series, made_at, first_at, document) VALUES (@project, @series, @made, @first, @document)
            ON CONFLICT (project, series, made_at) DO UPDATE SET first_at = excluded.first_at, document = excluded.document
            """,
            new
            {
                project,
                series = forecast.Series,
                made = forecast.MadeAt.ToUnixTimeMilliseconds(),
                first = forecast.FirstAt.ToUnixTimeMilliseconds(),
                document = JsonSerializer.Serialize(forecast.Forecast, StateJson.Options),
            },
            cancellationToken);

    /// <summary>When the newest forecast of each series was made.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> LatestTimesAsync(string project, CancellationToken cancellationToken) =>
        (await state.QueryAsync<Row>("SELECT series AS Series, max(made_at) AS MadeAt FROM forecasts WHERE project = @project GROUP BY series", new { project }, cancellationToken))
        .ToDictionary(row => row.Series, row => DateTimeOffset.FromUnixTimeMilliseconds(row.MadeAt));

    /// <summary>The newest forecast of each series. Those read before are not read again: a forecast never changes once it is made.</summary>
    public async Task<IReadOnlyDictionary<string, StoredForecast>> LatestAsync(string project, CancellationToken cancellationToken)
    {
        var times = await LatestTimesAsync(project, cancellationToken);
        foreach (var (series, madeAt) in times.Where(pair => _read.GetValueOrDefault((project, pair.Key))?.MadeAt != pair.Value))
        {
            if (await FindAsync(project, series, madeAt.AddMilliseconds(1), cancellationToken) is { } forecast)
            {
                _read[(project, series)] = forecast;
            }
        }

        return times.Keys.Where(series => _read.ContainsKey((project, series))).ToDictionary(series => series, series => _read[(project, series)]);
    }

    /// <summary>The newest forecast of a series that was made before then; null when there is none.</summary>
    public async Task<StoredForecast?> FindAsync(string project, string series, DateTimeOffset madeBefore, CancellationToken cancellationToken) =>
        (await state.FindAsync<Row>(
            Columns + " WHERE project = @project AND series = @series AND made_at < @before ORDER BY made_at DESC LIMIT 1",
            new { project, series, before = madeBefore.ToUnixTimeMilliseconds() },
            cancellationToken))?.ToForecast();

    public Task ForgetAsync(string project, DateTimeOffset before, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM forecasts WHERE project = @project AND made_at < @before", new { project, before = before.ToUnixTimeMilliseconds() }, cancellationToken);

    private sealed class Row
    {
        public string Series { get; set; } = "";
        public long MadeAt { get; set; }
        public long FirstAt { get; set; }
        public string Document { get; set; } = "";

        public StoredForecast ToForecast() => new(
            Series, DateTimeOffset.FromUnixTimeMilliseconds(MadeAt), DateTimeOffset.FromUnixTimeMilliseconds(FirstAt), JsonSerializer.Deserialize<Forecast>(Document, StateJson.Options)!);
    }
}
