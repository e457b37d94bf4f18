using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Optimization.Placement;

/// <summary>How much is copied into Redis before a peak.</summary>
internal sealed record PrewarmPolicy
{
    /// <summary>Whether the daemon does it by itself before a predicted peak; by hand it can always be asked for.</summary>
    public bool Enabled { get; init; }

    /// <summary>Answers copied at most.</summary>
    [Range(1, 100_000)]
    public int MostEntries { get; init; } = 200;

    /// <summary>Bytes copied at most.</summary>
    [Range(1, long.MaxValue)]
    public long MostBytes { get; init; } = 5 * 1024 * 1024;

    /// <summary>An hour is a peak when it usually has this many times the lookups of the hour before it, and more than the mean hour.</summary>
    [Range(1.0, 100.0)]
    public double PeakAbove { get; init; } = 1.5;
}
