using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Alerts;

/// <summary>What alerts may set going by themselves, and how often.</summary>
internal sealed record ActionPolicy
{
    /// <summary>Whether rules may set jobs going.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Only plan and record; run nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The shortest time between two runs of one action.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The most runs of one action in a day; after them a person must look.</summary>
    [Range(0, 1000)]
    public int MostADay { get; init; } = 4;

    /// <summary>The job that each action runs.</summary>
    public Dictionary<string, string> Jobs { get; init; } = new()
    {
        ["trigger_cleanup"] = "light-cleanup",
        ["trigger_deep_cleanup"] = "deep-cleanup",
        ["trigger_optimization"] = "performance-optimization",
        ["trigger_backup"] = "backup",
        ["trigger_health_check"] = "health-check",
    };
}
