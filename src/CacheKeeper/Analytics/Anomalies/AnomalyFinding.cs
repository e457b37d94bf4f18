namespace CacheKeeper.Analytics.Anomalies;

/// <summary>What belongs together, said once: the series that moved first, those that followed, how rare and how serious.</summary>
/// <param name="Id">Stable: the same first alarm always gives the same id.</param>
/// <param name="First">The alarm of the series that moved first.</param>
/// <param name="Followers">The other series, each once, in the order they moved.</param>
/// <param name="OncePer">The rarest of the alarms; null when none is known.</param>
internal sealed record AnomalyFinding(
    string Id, DateTimeOffset StartedAt, DateTimeOffset LastAt, AnomalyAlarm First, IReadOnlyList<AnomalyAlarm> Followers,
    FindingSeverity Severity, TimeSpan? OncePer, string Message);
