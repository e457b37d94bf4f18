namespace CacheKeeper.Backup.Copies;

/// <summary>What a restore makes of what stands in a tier now.</summary>
internal enum RestoreAim
{
    /// <summary>Missing entries are added, different ones are put back, entries that came since are left.</summary>
    PutBack,

    /// <summary>Missing entries are added, everything that stands is left.</summary>
    OnlyMissing,

    /// <summary>As <see cref="PutBack"/>, and entries that came since are removed: the tier is then what the backup is.</summary>
    Exact,
}

/// <summary>How many entries a restore touched, or would touch, and how.</summary>
internal sealed record RestoreTally
{
    public long Added { get; init; }
    public long Replaced { get; init; }

    /// <summary>Stand already as they were.</summary>
    public long Same { get; init; }

    /// <summary>Stand, differ, and were left.</summary>
    public long Left { get; init; }

    /// <summary>Were written after the copy of what stood, or after the look, and were left: nobody holds a copy of what they are now.</summary>
    public long Changed { get; init; }

    /// <summary>Came since the backup and were removed (<see cref="RestoreAim.Exact"/>).</summary>
    public long Removed { get; init; }

    /// <summary>Came since the backup and stay.</summary>
    public long Newer { get; init; }

    /// <summary>Not revived: their own time ran out meanwhile.</summary>
    public long Expired { get; init; }

    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Entries of the scope that stood before.</summary>
    public long Standing => Same + Left + Changed + Replaced + Removed + Newer;
}

/// <summary>What a drill found.</summary>
/// <param name="Entries">Entries restored into the scratch place and compared.</param>
/// <param name="Differences">Entries that came back otherwise.</param>
/// <param name="Where">The scratch place, in words.</param>
internal sealed record DrillOutcome(string Tier, long Entries, long Differences, string Where)
{
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Entries that were not tried, and why the remarks say.</summary>
    public long Left { get; init; }
}
