using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts;

/// <summary>Answers what rules ask beside plain values: forecasts, windows, burn rates. What is not known has no answer.</summary>
internal static class AlertAnswers
{
    /// <summary>How far back the question looks; zero for none.</summary>
    public static TimeSpan LooksBack(Operand question) => question switch
    {
        Operand.Windowed windowed => windowed.Window,
        Operand.BurnRate burn => burn.Long > burn.Short ? burn.Long : burn.Short,
        _ => TimeSpan.Zero,
    };

    /// <summary>The metric whose samples the question needs; null for none.</summary>
    public static string? Metric(Operand question) => question switch
    {
        Operand.Windowed windowed => windowed.Name,
        Operand.BurnRate burn => burn.Name,
        _ => null,
    };

    public static double? Of(Operand.Forecast question, StoredForecast? forecast, DateTimeOffset now) => forecast?.At(now + question.Horizon)?.Value ?? Last(question, forecast, now);

    public static double? Of(Operand.Windowed question, IReadOnlyList<TimedValue> values, DateTimeOffset now)
    {
        double[] within = [.. values.Where(value => value.At > now - question.Window && value.At <= now).Select(value => value.Value)];
        return within.Length == 0 ? null : question.Function switch
        {
            WindowFunction.Avg => within.Average(),
            WindowFunction.Min => within.Min(),
            WindowFunction.Max => within.Max(),
            _ => within.Length > 1 ? within[^1] - within[0] : null,
        };
    }

    /// <summary>The smaller of both windows, so that it speaks while the budget is being spent and stops soon after.</summary>
    public static double? Of(Operand.BurnRate question, IReadOnlyList<TimedValue> values, DateTimeOffset now)
    {
        double? Spent(TimeSpan window) =>
            values.Where(value => value.At > now - window && value.At <= now).Select(value => (double?)value.Value).Average() is { } good ? (1 - good) / (1 - question.Objective) : null;
        return Spent(question.Long) is { } slow && Spent(question.Short) is { } fast ? Math.Min(slow, fast) : null;
    }

    // A forecast of seven days, made some hours ago, ends some hours before "in seven days": its last hour is the nearest answer.
    private static double? Last(Operand.Forecast question, StoredForecast? forecast, DateTimeOffset now) =>
        forecast is { Forecast.Points.Count: > 0 } && now + question.Horizon - forecast.FirstAt <= (forecast.Forecast.Points.Count * StoredForecast.Step) + TimeSpan.FromDays(1) ? forecast.Forecast.Points[^1].Value : null;
}
