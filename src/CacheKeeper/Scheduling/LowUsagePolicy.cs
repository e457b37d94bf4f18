using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Scheduling;

/// <summary>What counts as a time of low usage.</summary>
internal sealed record LowUsagePolicy
{
    /// <summary>An hour is quiet below this share of the mean hour.</summary>
    [Range(0.01, 0.99)]
    public double QuietBelow { get; init; } = 0.3;

    /// <summary>Quiet hours in a row that make a window.</summary>
    [Range(1, 24)]
    public int ShortestHours { get; init; } = 2;

    /// <summary>An hour seen less often than this is not judged.</summary>
    [Range(1, 52)]
    public int MinimumSamples { get; init; } = 2;
}
