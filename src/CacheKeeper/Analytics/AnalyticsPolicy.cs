using System.ComponentModel.DataAnnotations;
using CacheKeeper.Analytics.Insights;
using CacheKeeper.Analytics.Windows;

namespace CacheKeeper.Analytics;

/// <summary>How often what is collected is analysed, and how far ahead.</summary>
internal sealed record AnalyticsPolicy
{
    /// <summary>A forecast older than this is made anew by the next collection.</summary>
    [Range(typeof(TimeSpan), "00:15:00", "7.00:00:00")]
    public TimeSpan ForecastEvery { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How many hours ahead.</summary>
    [Range(1, 24 * 60)]
    public int ForecastHours { get; init; } = 7 * 24;

    /// <summary>How far back the models look.</summary>
    [Range(typeof(TimeSpan), "7.00:00:00", "800.00:00:00")]
    public TimeSpan ForecastHistory { get; init; } = TimeSpan.FromDays(17 * 7);

    /// <summary>Forecasts are kept this long to be compared with what came.</summary>
    [Range(typeof(TimeSpan), "7.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepForecasts { get; init; } = TimeSpan.FromDays(60);

    /// <summary>What a detector has learned is written this often; in between it goes over the samples since then again.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan SaveDetectorsEvery { get; init; } = TimeSpan.FromHours(6);

    /// <summary>An anomaly is open until this long after its last alarm.</summary>
    [Range(typeof(TimeSpan), "00:15:00", "7.00:00:00")]
    public TimeSpan AnomalyOpenFor { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Anomalies and closed insights are kept this long.</summary>
    [Range(typeof(TimeSpan), "7.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepFindings { get; init; } = TimeSpan.FromDays(400);

    public InsightPolicy Insights { get; init; } = InsightPolicy.Default;
    public WindowPolicy Windows { get; init; } = WindowPolicy.Default;
}
