using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup;

/// <summary>What to back up.</summary>
internal sealed record BackupRequest
{
    public PointKind Kind { get; init; } = PointKind.Backup;

    /// <summary>Only these (postgresql, upstash, mem0, state); empty means all that are configured.</summary>
    public IReadOnlyList<string> Tiers { get; init; } = [];

    public string? Category { get; init; }

    /// <summary>Write everything anew, trusting no earlier backup.</summary>
    public bool Whole { get; init; }

    /// <summary>A tier may hold much less than before.</summary>
    public bool AcceptShrink { get; init; }

    /// <summary>Whole tiers or parts of them: the day's backup is only what holds everything.</summary>
    public PointKind KindOfPoint => Kind == PointKind.Backup && (Tiers.Count > 0 || Category is not null) ? PointKind.Selection : Kind;
}
