using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts.Conditions;

/// <summary>Operands and values as a person reads them.</summary>
internal static class OperandText
{
    private static readonly string[] Sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Name(Operand operand) => operand switch
    {
        Operand.Metric { Share: 1 } metric => metric.Name,
        Operand.Metric metric => $"{metric.Share:0.##%} of {metric.Name}",
        Operand.Limit { Share: 1 } limit => $"limit of {limit.Name}",
        Operand.Limit limit => $"{limit.Share:0.##%} of the limit of {limit.Name}",
        Operand.Windowed windowed => $"{windowed.Function.ToString().ToLowerInvariant()}({windowed.Name}, {Span(windowed.Window)})",
        Operand.Forecast forecast => $"forecast({forecast.Name}, {Span(forecast.Horizon)})",
        Operand.BurnRate burn => $"burn_rate({burn.Name}, {burn.Objective:0.###%}, {Span(burn.Long)}, {Span(burn.Short)})",
        Operand.Literal literal => literal.Value.ToString("0.####"),
        _ => "?",
    };

    /// <summary>What the operand is measured in; a bare number is a count.</summary>
    public static MetricUnit Unit(Operand operand, MetricCatalogue catalogue)
    {
        var metric = operand switch
        {
            Operand.Metric named => named.Name,
            Operand.Limit limit => limit.Name,
            Operand.Windowed windowed => windowed.Name,
            Operand.Forecast forecast => forecast.Name,
            _ => null,
        };
        return metric is null ? MetricUnit.Count : catalogue.Find(metric)?.Unit ?? MetricUnit.Count;
    }

    public static string Shown(double value, MetricUnit unit) => unit switch
    {
        MetricUnit.Ratio => $"{value * 100:0.##} %",
        MetricUnit.Bytes => Size(value),
        MetricUnit.Milliseconds => Span(TimeSpan.FromMilliseconds(Math.Clamp(value, -1e14, 1e14))),
        MetricUnit.PerHour => $"{value:0.##}/h",
        MetricUnit.Flag => value != 0 ? "true" : "false",
        _ => value.ToString("0.##"),
    };

    /// <summary>A time with the unit that suits it: 850 ms, 5 min, 3.2 h.</summary>
    public static string Span(TimeSpan span) => Math.Abs(span.TotalMilliseconds) switch
    {
        < 1_000 => $"{span.TotalMilliseconds:0.##} ms",
        < 60_000 => $"{span.TotalSeconds:0.##} s",
        < 3_600_000 => $"{span.TotalMinutes:0.##} min",
        < 172_800_000 => $"{span.TotalHours:0.##} h",
        _ => $"{span.TotalDays:0.##} d",
    };

    private static string Size(double bytes)
    {
        var step = 0;
        while (Math.Abs(bytes) >= 1024 && step < Sizes.Length - 1)
        {
            bytes /= 1024;
            step++;
        }

        return $"{bytes:0.##} {Sizes[step]}";
    }
}
