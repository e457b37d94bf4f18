namespace CacheKeeper.Analytics.Anomalies;

/// <summary>How much an anomaly wants to be looked at; in rising order.</summary>
internal enum AnomalySeverity
{
    Info,
    Warning,
    Critical,
}
