namespace CacheKeeper.Analytics.Anomalies;

/// <summary>One series was unusual at one moment.</summary>
/// <param name="OncePer">How rarely the series does this; null when that is not known.</param>
internal sealed record AnomalyAlarm(string Series, DateTimeOffset At, double Value, double Score, AnomalySignal Leading, TimeSpan? OncePer);
