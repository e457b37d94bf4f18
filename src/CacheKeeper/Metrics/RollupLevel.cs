namespace CacheKeeper.Metrics;

/// <summary>How finely a series is kept; the value is the bucket's length in milliseconds.</summary>
internal enum RollupLevel
{
    Raw = 0,
    FiveMinutes = 300_000,
    Hour = 3_600_000,
    Day = 86_400_000,
}
