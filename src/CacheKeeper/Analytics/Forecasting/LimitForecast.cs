namespace CacheKeeper.Analytics.Forecasting;

/// <summary>When a rising series meets a limit: soonest, expected and latest; null for "not within the forecast".</summary>
/// <param name="Earliest">The first step at which the 80 % range reaches the limit.</param>
/// <param name="Expected">The first step at which the forecast does.</param>
/// <param name="Latest">The first step from which the whole 80 % range is above it.</param>
internal sealed record LimitForecast(DateTimeOffset? Earliest, DateTimeOffset? Expected, DateTimeOffset? Latest)
{
    /// <summary>Reads the times off a forecast whose first step is at <paramref name="first"/>.</summary>
    public static LimitForecast Of(Forecast forecast, double limit, DateTimeOffset first, TimeSpan step)
    {
        return new(When(point => point.Upper80), When(point => point.Value), When(point => point.Lower80));

        DateTimeOffset? When(Func<ForecastPoint, double> edge)
        {
            var index = forecast.Points.TakeWhile(point => edge(point) < limit).Count();
            return index < forecast.Points.Count ? first + (index * step) : null;
        }
    }
}
