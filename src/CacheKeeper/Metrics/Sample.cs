namespace CacheKeeper.Metrics;

/// <summary>One measured value of one series at one time. An unknown value is no sample.</summary>
internal readonly record struct Sample(string Series, DateTimeOffset At, double Value);
