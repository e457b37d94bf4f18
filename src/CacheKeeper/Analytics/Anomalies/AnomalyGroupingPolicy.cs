namespace CacheKeeper.Analytics.Anomalies;

/// <summary>Which alarms belong together and when together they are serious.</summary>
internal sealed record AnomalyGroupingPolicy
{
    public static AnomalyGroupingPolicy Default { get; } = new();

    /// <summary>An alarm this soon after the last one of a group joins it.</summary>
    public TimeSpan Near { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>No group spans more than this, so that a bad day is not one finding.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(2);

    /// <summary>As rare as this is a warning, of any number of series.</summary>
    public TimeSpan WarningOncePer { get; init; } = TimeSpan.FromDays(7);

    /// <summary>As rare as this is critical when at least <see cref="CriticalSeries"/> moved.</summary>
    public TimeSpan CriticalOncePer { get; init; } = TimeSpan.FromDays(30);

    public int WarningSeries { get; init; } = 2;
    public int CriticalSeries { get; init; } = 3;
}
