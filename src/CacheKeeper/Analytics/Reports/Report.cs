using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Metrics;

namespace CacheKeeper.Analytics.Reports;

/// <summary>A period in numbers, every one of them out of the stores. Null is unknown.</summary>
internal sealed record Report
{
    public required string Project { get; init; }
    public required ReportPeriod Period { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string Currency { get; init; }
    public required ReportTotals Totals { get; init; }

    /// <summary>The same of the period before; null where nothing is known of it.</summary>
    public ReportTotals? Before { get; init; }
    public IReadOnlyList<ReportTier> Tiers { get; init; } = [];
    public IReadOnlyList<ReportCategory> Categories { get; init; } = [];
    public IReadOnlyList<ReportRuns> Jobs { get; init; } = [];
    public IReadOnlyList<Finding> Findings { get; init; } = [];
    public IReadOnlyList<ReportForecast> Forecasts { get; init; } = [];
    public IReadOnlyList<ReportSeries> Series { get; init; } = [];

    /// <summary>What a month adds.</summary>
    public ReportDepth? Depth { get; init; }
}

/// <summary>What was answered, what it was worth, what it cost.</summary>
internal sealed record ReportTotals
{
    public double? Lookups { get; init; }
    public double? Hits { get; init; }
    public double? HitRatio => Lookups > 0 ? Hits / Lookups : null;
    public double? TokensSaved { get; init; }
    public double? MoneySaved { get; init; }
    public double? Cost { get; init; }
    public double? KeeperCost { get; init; }
    public double? Availability { get; init; }
    public double? UnavailableMinutes { get; init; }
    public double? LatencyP95 { get; init; }
    public double? Score { get; init; }

    /// <summary>Hours of the period in which something was measured ÷ its hours.</summary>
    public double Coverage { get; init; }
}

/// <summary>One tier at the end of the period, and how it did.</summary>
internal sealed record ReportTier(string Tier, double? Entries, double? Bytes, double? BytesBefore, double? HitRatio, double? LatencyP95, double? ErrorRate, double? LimitBytes);

internal sealed record ReportCategory(string Category, double Lookups, double Hits, double? Bytes, double? UnusedBytes)
{
    public double? HitRatio => Lookups > 0 ? Hits / Lookups : null;
}

/// <summary>What one job did: how often it ran, how it ended.</summary>
internal sealed record ReportRuns(string Job, int Runs, int Done, int Degraded, int Refused, int Failed, string? LastReason);

/// <summary>What is expected of a series a week on.</summary>
internal sealed record ReportForecast(string Series, double Now, DateTimeOffset At, double Value, double Lower95, double Upper95, LimitForecast? Limit);

/// <summary>A series to be drawn; the points expected follow those measured.</summary>
internal sealed record ReportSeries(string Series, string Title, MetricUnit Unit, IReadOnlyList<TimedValue> Points)
{
    public DateTimeOffset? ForecastFrom { get; init; }
    public IReadOnlyList<ForecastPoint> Forecast { get; init; } = [];
}

/// <summary>The deep analysis: how the month went by weekday and hour, and which forecasts held.</summary>
/// <param name="Hours">Mean lookups of each hour of the week, Monday first; null for an hour never seen.</param>
/// <param name="Kept">Of the hours that a forecast made a day before covered, the share inside its 95 % range.</param>
internal sealed record ReportDepth(IReadOnlyList<double?> Hours, string? Busiest, string? Quietest, double? Kept, int Compared);
