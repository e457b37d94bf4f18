namespace CacheKeeper.Analytics.Insights;

/// <summary>When something is worth saying; shares are 0–1.</summary>
internal sealed record InsightPolicy
{
    public static InsightPolicy Default { get; } = new();

    /// <summary>The window a decline is measured over, against the window before it.</summary>
    public TimeSpan DeclineWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Least values in each of the two windows, spread over at least this share of it.</summary>
    public int DeclineValues { get; init; } = 12;

    /// <summary>The share of each window that its values must span.</summary>
    public double DeclineCoverage { get; init; } = 0.8;

    /// <summary>A performance lower by this share is a decline.</summary>
    public double DeclineShare { get; init; } = 0.1;

    /// <summary>A decline of this share is critical.</summary>
    public double CriticalDeclineShare { get; init; } = 0.3;

    /// <summary>Growth a day that is worth saying, and what it must come to at least.</summary>
    public double GrowthShare { get; init; } = 0.1;

    /// <summary>Growth a day below so many entries is not worth saying.</summary>
    public double GrowthEntries { get; init; } = 500;

    /// <summary>Growth a day below so many bytes is not worth saying.</summary>
    public double GrowthBytes { get; init; } = 50L * 1024 * 1024;

    /// <summary>The days that growth is measured over.</summary>
    public TimeSpan GrowthWindow { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Least days in that window.</summary>
    public int GrowthDays { get; init; } = 3;

    /// <summary>A limit that is met sooner than this is a warning.</summary>
    public TimeSpan CapacityWarning { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A limit that is met sooner than this is critical.</summary>
    public TimeSpan CapacityCritical { get; init; } = TimeSpan.FromDays(7);

    /// <summary>A category drags when it has this share of the lookups and without it the hit ratio would be this much higher.</summary>
    public double DragLookupShare { get; init; } = 0.05;

    /// <summary>So much higher the hit ratio would have to be without it.</summary>
    public double DragHitRatio { get; init; } = 0.03;

    /// <summary>A category with fewer lookups is left alone.</summary>
    public long DragLookups { get; init; } = 1000;

    /// <summary>A category of which this share of the bytes is never used wastes them.</summary>
    public double WastedShare { get; init; } = 0.3;

    /// <summary>Fewer wasted bytes are not worth saying.</summary>
    public long WastedBytes { get; init; } = 50L * 1024 * 1024;

    /// <summary>An index counts as unused after this long without a scan.</summary>
    public TimeSpan IndexWindow { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A smaller index is not worth saying.</summary>
    public long IndexBytes { get; init; } = 10L * 1024 * 1024;

    /// <summary>A day's cost against the median of the days before it.</summary>
    public double PriceFactor { get; init; } = 2;

    /// <summary>A dearer day by less money than this is not worth saying.</summary>
    public double PriceFloor { get; init; } = 1;

    /// <summary>Days known before a day can be called dear.</summary>
    public int PriceDays { get; init; } = 7;

    /// <summary>Share of values outside the 95 % range from which a forecast has missed; one in twenty is expected.</summary>
    public double MissShare { get; init; } = 0.25;

    /// <summary>How many of the latest values a forecast is judged on.</summary>
    public int MissValues { get; init; } = 24;

    /// <summary>How long a matter must not have been found before it counts as closed.</summary>
    public TimeSpan CloseAfter { get; init; } = TimeSpan.FromHours(2);
}
