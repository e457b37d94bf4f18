using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts.Conditions;

/// <summary>What a number in a condition measures.</summary>
internal enum Dimension
{
    Plain,
    Percent,
    Time,
    Size,
    PerTime,
}

/// <summary>A number with its unit: percent as a fraction, times in milliseconds, sizes in bytes, rates per hour.</summary>
internal readonly record struct Quantity(double Value, Dimension Dimension, int Position)
{
    private static readonly Dictionary<string, double> Milliseconds = new(StringComparer.Ordinal)
    {
        ["ms"] = 1,
        ["s"] = 1_000,
        ["sec"] = 1_000,
        ["m"] = 60_000,
        ["min"] = 60_000,
        ["h"] = 3_600_000,
        ["d"] = 86_400_000,
        ["day"] = 86_400_000,
        ["days"] = 86_400_000,
        ["w"] = 604_800_000,
    };

    private static readonly Dictionary<string, double> Bytes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["B"] = 1,
        ["KB"] = 1e3,
        ["MB"] = 1e6,
        ["GB"] = 1e9,
        ["TB"] = 1e12,
        ["KiB"] = 1024,
        ["MiB"] = 1024.0 * 1024,
        ["GiB"] = 1024.0 * 1024 * 1024,
        ["TiB"] = 1024.0 * 1024 * 1024 * 1024,
    };

    private const double MillisecondsInHour = 3_600_000;

    /// <summary>The quantity with a unit word behind it; null when the word is no unit.</summary>
    public Quantity? In(string unit) =>
        Milliseconds.TryGetValue(unit, out var milliseconds) ? this with { Value = Value * milliseconds, Dimension = Dimension.Time }
        : Bytes.TryGetValue(unit, out var bytes) ? this with { Value = Value * bytes, Dimension = Dimension.Size }
        : null;

    /// <summary>The quantity per a unit of time; null when the word is no time.</summary>
    public Quantity? Per(string unit) =>
        Milliseconds.TryGetValue(unit, out var milliseconds) ? this with { Value = Value * MillisecondsInHour / milliseconds, Dimension = Dimension.PerTime } : null;

    /// <summary>Why this number cannot be compared with a metric of that unit, and what would be right; null when it can.</summary>
    public string? Misfit(string metric, MetricUnit unit) => (unit, Dimension) switch
    {
        (MetricUnit.Ratio, Dimension.Percent) => null,
        (MetricUnit.Ratio, Dimension.Plain) when Value is >= 0 and <= 1 => null,
        (MetricUnit.Ratio, _) => $"{metric} is a ratio: write a percentage such as 70% or a fraction such as 0.7.",
        (MetricUnit.Milliseconds, Dimension.Time) => null,
        (MetricUnit.Milliseconds, _) => $"{metric} is a time: write it with a unit, such as 500ms, 2s or 4h.",
        (MetricUnit.Bytes, Dimension.Size or Dimension.Plain) => null,
        (MetricUnit.Bytes, _) => $"{metric} is a size: write bytes or a unit, such as 10MiB or 2GB.",
        (MetricUnit.PerHour, Dimension.PerTime) => null,
        (MetricUnit.PerHour, _) => $"{metric} is a rate: write it per time, such as 100/h or 5/min.",
        (MetricUnit.Count or MetricUnit.Money, Dimension.Plain) => null,
        (MetricUnit.Count or MetricUnit.Money, _) => $"{metric} is a number without a unit.",
        _ => $"{metric} is true or false and is not compared with a number.",
    };
}
