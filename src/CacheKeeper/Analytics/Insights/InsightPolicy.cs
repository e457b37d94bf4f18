namespace CacheKeeper.Analytics.Insights;

/// <summary>When something is worth saying; shares are 0–1.</summary>
internal sealed record InsightPolicy
{
    public static InsightPolicy Default { get; } = new();

    /// <summary>The window a decline is measured over, against the window before it.</summary>
    public TimeSpan DeclineWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Least values in each of the two windows, spread over at least this share of it.</summary>
    public int DeclineValues { get; init; } = 12;

    public double DeclineCoverage { get; init; } = 0.8;
    public double DeclineShare { get; init; } = 0.1;
    public double CriticalDeclineShare { get; init; } = 0.3;

    /// <summary>Growth a day that is worth saying, and what it must come to at least.</summary>
    public double GrowthShare { get; init; } = 0.1;

    public double GrowthEntries { get; init; } = 500;
    public double GrowthBytes { get; init; } = 50L * 1024 * 1024;
    public TimeSpan GrowthWindow { get; init; } = TimeSpan.FromDays(7);
    public int GrowthDays { get; init; } = 3;

    public TimeSpan CapacityWarning { get; init; } = TimeSpan.FromDays(30);
    public TimeSpan CapacityCritical { get; init; } = TimeSpan.FromDays(7);

    /// <summary>A category drags when it has this share of the lookups and without it the hit ratio would be this much higher.</summary>
    public double DragLookupShare { get; init; } = 0.05;

    public double DragHitRatio { get; init; } = 0.03;
    public long DragLookups { get; init; } = 1000;

    public double WastedShare { get; init; } = 0.3;
    public long WastedBytes { get; init; } = 50L * 1024 * 1024;

    public TimeSpan IndexWindow { get; init; } = TimeSpan.FromDays(30);
    public long IndexBytes { get; init; } = 10L * 1024 * 1024;

    /// <summary>A day's cost against the median of the days before it.</summary>
    public double PriceFactor { get; init; } = 2;

    public double PriceFloor { get; init; } = 1;
    public int PriceDays { get; init; } = 7;

    /// <summary>Share of values outside the 95 % range from which a forecast has missed; one in twenty is expected.</summary>
    public double MissShare { get; init; } = 0.25;

    public int MissValues { get; init; } = 24;

    /// <summary>How long a matter must not have been found before it counts as closed.</summary>
    public TimeSpan CloseAfter { get; init; } = TimeSpan.FromHours(2);
}
