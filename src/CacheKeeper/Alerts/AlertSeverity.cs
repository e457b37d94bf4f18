namespace CacheKeeper.Alerts;

/// <summary>How much an alert asks of a person: read it, look at it today, come now.</summary>
internal enum AlertSeverity
{
    Info,
    Warning,
    Critical,
}
