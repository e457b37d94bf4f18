using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Scheduling;

/// <summary>How runs are leased and bounded.</summary>
internal sealed record SchedulingPolicy
{
    /// <summary>How long a lease lasts without renewal; a dead node's work is taken over after it.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A run that takes longer is stopped at its next batch.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan LongestRun { get; init; } = TimeSpan.FromHours(3);
}
