using CacheKeeper.Backup.Copies;

namespace CacheKeeper.Backup;

/// <summary>What to restore, from which restore point, and what becomes of what stands now.</summary>
internal sealed record RestoreRequest
{
    /// <summary>An id, or "latest" (null means latest).</summary>
    public string? Point { get; init; }

    /// <summary>The last one begun at or before this instant.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Only these tiers; empty means all that the restore point holds and that are configured.</summary>
    public IReadOnlyList<string> Tiers { get; init; } = [];

    public string? Category { get; init; }

    public RestoreAim Aim { get; init; } = RestoreAim.PutBack;

    /// <summary>Into files in this folder instead of the tiers.</summary>
    public string? Folder { get; init; }

    /// <summary>Another database than the one that was backed up may answer.</summary>
    public bool AllowOtherDatabase { get; init; }

    /// <summary>Do not copy first what stands now.</summary>
    public bool WithoutSafetyCopy { get; init; }

    /// <summary>Readers of a table may wait until it is filled, which is faster.</summary>
    public bool ReadersMayWait { get; init; }

    /// <summary>The share of a tier that an exact restore may remove; null means the policy's.</summary>
    public double? AllowShare { get; init; }
}
