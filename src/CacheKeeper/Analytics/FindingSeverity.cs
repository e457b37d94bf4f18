namespace CacheKeeper.Analytics;

/// <summary>How much an anomaly or an insight wants to be looked at; in rising order.</summary>
internal enum FindingSeverity
{
    Info,
    Warning,
    Critical,
}
