namespace CacheKeeper.Metrics;

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

    /// <summary>In the currency of the configured prices (USD unless said otherwise).</summary>
    Money,

    /// <summary>True (not 0) or false (0).</summary>
    Flag,
}
