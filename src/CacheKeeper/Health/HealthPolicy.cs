using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Health;

/// <summary>When a tier counts as healthy.</summary>
internal sealed record HealthPolicy
{
    /// <summary>Slower than this and a tier is degraded; the specification's 1000, 500 and 2000 ms.</summary>
    public HealthThresholds Thresholds { get; init; } = new();

    /// <summary>How often the daemon checks.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Checks in a row that must fail before a tier's state changes for the worse.</summary>
    [Range(1, 100)]
    public int FailAfter { get; init; } = 2;

    /// <summary>Checks in a row that must pass before it changes for the better.</summary>
    [Range(1, 100)]
    public int RecoverAfter { get; init; } = 2;

    /// <summary>A check that takes longer is ended and counts as failed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long what checks found is kept.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepChecks { get; init; } = TimeSpan.FromDays(90);
}
