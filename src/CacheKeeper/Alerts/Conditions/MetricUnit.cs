namespace CacheKeeper.Alerts.Conditions;

/// <summary>In what a metric's value is measured inside.</summary>
internal enum MetricUnit
{
    /// <summary>A fraction, 0 to 1.</summary>
    Ratio,
    Milliseconds,
    Bytes,
    Count,

    /// <summary>Events per hour.</summary>
    PerHour,

    /// <summary>True (not 0) or false (0).</summary>
    Flag,
}
