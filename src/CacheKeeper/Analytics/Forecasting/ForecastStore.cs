using System.Text.Json;
using CacheKeeper.Storage;

namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Remembers forecasts, so that they can be shown, asked by rules, and later compared with what came.</summary>
internal sealed class ForecastStore(StateStore state)
{
    private const string Columns = "SELECT series AS Series, made_at AS MadeAt, first_at AS FirstAt, document AS Document FROM forecasts";

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

    /// <summary>The newest forecast of each series.</summary>
    public async Task<IReadOnlyDictionary<string, StoredForecast>> LatestAsync(string project, CancellationToken cancellationToken) =>
        (await state.QueryAsync<Row>(
            Columns + " f WHERE project = @project AND made_at = (SELECT max(made_at) FROM forecasts WHERE project = f.project AND series = f.series)", new { project }, cancellationToken))
        .ToDictionary(row => row.Series, row => row.ToForecast());

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
