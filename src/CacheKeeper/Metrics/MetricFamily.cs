namespace CacheKeeper.Metrics;

/// <summary>What a metric tells about.</summary>
internal enum MetricFamily
{
    /// <summary>The stores themselves: entries, bytes, limits.</summary>
    System,

    /// <summary>How well lookups are answered.</summary>
    Performance,

    /// <summary>How good what is stored is.</summary>
    Intelligence,

    /// <summary>What it is worth and what it costs.</summary>
    Business,

    /// <summary>The keeper itself; read when asked, not stored as series.</summary>
    Keeper,
}
