namespace CacheKeeper.Analytics.Insights;

/// <summary>What an insight is about.</summary>
internal enum InsightType
{
    PerformanceDecline,
    CapacityPlanning,
    CapacityDate,
    CategoryDrag,
    WastedBytes,
    UnusedIndex,
    PriceAnomaly,
    ForecastMiss,
}
