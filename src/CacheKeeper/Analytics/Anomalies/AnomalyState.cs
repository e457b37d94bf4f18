namespace CacheKeeper.Analytics.Anomalies;

/// <summary>What the detector makes of one point.</summary>
internal enum AnomalyState
{
    /// <summary>Too few points to know what is usual.</summary>
    Learning,

    /// <summary>No value: nothing was judged or learned.</summary>
    Missing,

    /// <summary>One of our own interventions was at work: learned, never reported.</summary>
    Suppressed,
    Usual,

    /// <summary>Unusual, but the alarm was given a moment ago.</summary>
    Resting,
    Anomaly,
}
