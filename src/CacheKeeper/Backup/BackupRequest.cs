using CacheKeeper.Backup.Copies;
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

    /// <summary>Whether a tier belongs to it. Dictionaries go with every copy of values: compressed ones cannot be read without them.</summary>
    public bool Wants(ICopyTier tier) => tier.Name switch
    {
        DictionaryCopyTier.Word => Tiers.Count == 0 || Tiers.Any(HoldsValues),
        StateCopyTier.Word => Category is null && (Tiers.Count == 0 || Tiers.Contains(tier.Name)),
        _ => Tiers.Count == 0 || Tiers.Contains(tier.Name),
    };

    /// <summary>Whether values that may be compressed stand in a tier.</summary>
    public static bool HoldsValues(string tier) => tier is "postgresql" or "upstash";

    /// <summary>Whole tiers or parts of them: the day's backup is only what holds everything.</summary>
    public PointKind KindOfPoint => Kind == PointKind.Backup && (Tiers.Count > 0 || Category is not null) ? PointKind.Selection : Kind;
}
