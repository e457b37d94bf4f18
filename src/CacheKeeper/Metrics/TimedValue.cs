namespace CacheKeeper.Metrics;

/// <summary>A value at a time; NaN where the value is not known.</summary>
internal readonly record struct TimedValue(DateTimeOffset At, double Value);
