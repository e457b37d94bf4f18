namespace CacheKeeper.Backup.Format;

/// <summary>The manifest of one backup: what was read when, how many entries, their digests, and the chunks that hold them.</summary>
internal sealed record RestorePoint
{
    /// <summary>The format this version writes, and the only one it reads. 1 had other digests of its entries and was never released.</summary>
    public const int NewestFormat = 2;

    public int Format { get; init; } = NewestFormat;

    public required string Id { get; init; }

    /// <summary>Grows by one with each backup of a project; the newest is anchored in the keeper's state.</summary>
    public required long Number { get; init; }

    public required string Project { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset EndedAt { get; init; }
    public required string ToolVersion { get; init; }

    /// <summary>The newest migration of the keeper's state when this was written.</summary>
    public string StateSchema { get; init; } = "";

    /// <summary>Only this category was asked for; null when everything was.</summary>
    public string? Category { get; init; }

    /// <summary>Why it was made: scheduled, by hand, before a restore.</summary>
    public PointKind Kind { get; init; }

    /// <summary>The digest of the manifest before this one: a chain.</summary>
    public string? PreviousDigest { get; init; }

    /// <summary>What holds between the tiers, in a sentence.</summary>
    public string Consistency { get; init; } = "";

    public required IReadOnlyList<TierPart> Parts { get; init; }

    /// <summary>Every part that was asked for is whole.</summary>
    public bool IsComplete => Parts.Count > 0 && Parts.All(part => part.State == PartState.Complete);

    public TierPart? Part(string tier) => Parts.FirstOrDefault(part => part.Tier == tier);

    public long Entries => Parts.Sum(part => part.Entries);

    public long PlainBytes => Parts.Sum(part => part.PlainBytes);

    public IEnumerable<string> Chunks => Parts.SelectMany(part => part.Layers).SelectMany(layer => layer.Chunks);
}

/// <summary>Why a restore point was made.</summary>
internal enum PointKind
{
    Backup,

    /// <summary>Of some tiers or one category only, as asked.</summary>
    Selection,

    /// <summary>What stood before a restore.</summary>
    SafetyCopy,

    /// <summary>Entries that nobody used for long.</summary>
    Archive,
}
