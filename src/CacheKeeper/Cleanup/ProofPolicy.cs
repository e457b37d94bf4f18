using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Cleanup;

/// <summary>Which strengths ask for a fresh backup before they take what has not expired, and how fresh.</summary>
internal sealed record ProofPolicy
{
    /// <summary>Asked of these strengths; empty asks of none. scheduling.waiveBackup lifts it too.</summary>
    public IReadOnlyList<CleanupMode> AskFor { get; init; } = [CleanupMode.Deep];

    /// <summary>The newest verified backup of everything may be this old.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "90.00:00:00")]
    public TimeSpan BackupWithin { get; init; } = TimeSpan.FromHours(26);

    /// <summary>The newest proof by a restore (a drill) may be this old; null asks for none.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "365.00:00:00")]
    public TimeSpan? DrillWithin { get; init; }
}
