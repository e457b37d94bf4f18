using CacheKeeper.Metrics;

namespace CacheKeeper.Analytics.Insights;

/// <summary>What insights are drawn from; a part that is not known is empty and gives no insight.</summary>
internal sealed record InsightInput
{
    /// <summary>The performance score, 0–1.</summary>
    public IReadOnlyList<TimedValue> Performance { get; init; } = [];

    public IReadOnlyList<SizeSeries> Sizes { get; init; } = [];
    public IReadOnlyList<LimitOutlook> Limits { get; init; } = [];
    public IReadOnlyList<CategoryUse> Categories { get; init; } = [];
    public IReadOnlyList<IndexUse> Indexes { get; init; } = [];

    /// <summary>Money spent, one value a day.</summary>
    public IReadOnlyList<TimedValue> DailyCost { get; init; } = [];

    public IReadOnlyList<ForecastOutcome> Forecasts { get; init; } = [];
}

/// <summary>A quantity that may grow: entries or bytes of a tier.</summary>
/// <param name="Unit">"entries" or "bytes".</param>
internal sealed record SizeSeries(string Name, string Unit, IReadOnlyList<TimedValue> Values);

/// <summary>When a series is expected to meet its limit; null for "not within the forecast".</summary>
internal sealed record LimitOutlook(string Name, double Limit, string Unit, DateTimeOffset? Earliest, DateTimeOffset? Expected);

/// <summary>How one category of entries is used, over a window all categories share.</summary>
/// <param name="UnusedBytes">Bytes of live entries never hit within their own TTL.</param>
internal sealed record CategoryUse(string Category, long Hits, long Lookups, long Bytes, long UnusedBytes);

/// <summary>How an index has been used since its statistics began.</summary>
internal sealed record IndexUse(string Name, long Bytes, long Scans, bool IsUnique, TimeSpan Observed);

/// <summary>What a stored forecast said for an hour and what came.</summary>
internal sealed record ForecastOutcome(string Series, DateTimeOffset At, double Lower95, double Upper95, double Actual);
