using System.Globalization;

namespace CacheKeeper.Analytics.Forecasting;

/// <summary>A forecast in a sentence or two.</summary>
internal static class ForecastText
{
    public static string Sentence(Forecast forecast, LimitForecast? limit)
    {
        if (forecast.NotEnoughHistory is { } reason)
        {
            return "No forecast: " + reason + ".";
        }

        var error = forecast.Error!;
        var share = error.Share is { } part ? string.Create(CultureInfo.InvariantCulture, $" ({part:P1} of the usual value)") : "";
        var naive = error.AgainstNaive is { } ratio ? string.Create(CultureInfo.InvariantCulture, $", {ratio:0.00} times what repeating the last season misses by") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"By {forecast.Models[0].Model} and {forecast.Models.Count - 1} more; tried from {error.Origins} past moments it missed by {error.Absolute:G4}{share} on average{naive}.{Rest(forecast)}{Limit(limit)}");
    }

    private static string Rest(Forecast forecast) => forecast.RestDays is { } name ? $" Rest days of {name} are taken for the quietest day of the week." : "";

    private static string Limit(LimitForecast? limit) => limit switch
    {
        null => "",
        { Earliest: null } => " The limit is not met within the forecast.",
        { Expected: null } => $" The limit may be met from {TimeSeriesText.Print(limit.Earliest.Value)} on, though it is not expected within the forecast.",
        _ => $" The limit is expected to be met at {TimeSeriesText.Print(limit.Expected.Value)}, not before {TimeSeriesText.Print(limit.Earliest.Value)}" +
            (limit.Latest is { } latest ? $" and not after {TimeSeriesText.Print(latest)}." : "."),
    };
}
