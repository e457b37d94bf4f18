using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Backup.Retention;

/// <summary>How many backups are kept: the newest ones, and the newest of each of the last days, weeks and months that have one.</summary>
internal sealed record RetentionPolicy
{
    /// <summary>So many of the newest are kept, however old.</summary>
    [Range(1, 10_000)]
    public int Last { get; init; } = 3;

    /// <summary>The newest of each of so many days is kept.</summary>
    [Range(0, 10_000)]
    public int Daily { get; init; } = 7;

    /// <summary>The newest of each of so many weeks is kept.</summary>
    [Range(0, 10_000)]
    public int Weekly { get; init; } = 4;

    /// <summary>The newest of each of so many months is kept.</summary>
    [Range(0, 10_000)]
    public int Monthly { get; init; } = 6;

    /// <summary>Partial backups, selections and safety copies are kept this long.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan OthersFor { get; init; } = TimeSpan.FromDays(7);
}
