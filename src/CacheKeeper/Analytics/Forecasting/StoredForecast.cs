namespace CacheKeeper.Analytics.Forecasting;

/// <summary>A forecast as it is kept: what it said, by what, and how well the same would have done before.</summary>
/// <param name="FirstAt">The time of the first point; the others follow by the hour.</param>
internal sealed record StoredForecast(string Series, DateTimeOffset MadeAt, DateTimeOffset FirstAt, Forecast Forecast)
{
    public static readonly TimeSpan Step = TimeSpan.FromHours(1);

    /// <summary>What it says for the hour in which that time lies; null outside of it.</summary>
    public ForecastPoint? At(DateTimeOffset time)
    {
        var index = (int)Math.Floor((time - FirstAt) / Step);
        return index >= 0 && index < Forecast.Points.Count ? Forecast.Points[index] : null;
    }

    public LimitForecast Until(double limit) => LimitForecast.Of(Forecast, limit, FirstAt, Step);
}
