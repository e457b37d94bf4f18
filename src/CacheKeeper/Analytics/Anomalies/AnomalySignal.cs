namespace CacheKeeper.Analytics.Anomalies;

/// <summary>What the detector listens for; each is judged against its own past in this series.</summary>
internal enum AnomalySignal
{
    High,
    Low,
    Jump,
    TimeOfDay,
    TimeOfWeek,
    ShortLevel,
    LongLevel,
    ShortSpread,
    LongSpread,
    Stillness,
}
