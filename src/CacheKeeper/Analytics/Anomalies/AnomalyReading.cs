namespace CacheKeeper.Analytics.Anomalies;

/// <summary>The detector's answer to one point.</summary>
/// <param name="Score">0–1; one half and above is an anomaly, and only a <see cref="AnomalyState.Anomaly"/> reaches it.</param>
/// <param name="Leading">The signal that is most surprised; null when nothing was judged.</param>
/// <param name="OncePer">How rarely the signals agree this much in this series; null when that is not known.</param>
internal sealed record AnomalyReading(double Score, AnomalyState State, AnomalySignal? Leading = null, TimeSpan? OncePer = null)
{
    public bool IsAnomaly => State == AnomalyState.Anomaly;
}
