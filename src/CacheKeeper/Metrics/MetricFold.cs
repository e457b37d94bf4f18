namespace CacheKeeper.Metrics;

/// <summary>How several samples become one of a longer time.</summary>
internal enum MetricFold
{
    /// <summary>Levels and shares: the mean.</summary>
    Mean,

    /// <summary>What happened since the sample before: the sum.</summary>
    Sum,
}
