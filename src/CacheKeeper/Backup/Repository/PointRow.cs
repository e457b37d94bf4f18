namespace CacheKeeper.Backup.Repository;

/// <summary>A restore point as the keeper's state remembers it.</summary>
internal sealed record PointRow
{
    public string Point { get; init; } = "";
    public string Project { get; init; } = "";
    public long Number { get; init; }
    public long CreatedAt { get; init; }
    public string Kind { get; init; } = "";
    public long Complete { get; init; }
    public string ManifestDigest { get; init; } = "";
    public long Entries { get; init; }
    public long PlainBytes { get; init; }
    public long StoredBytes { get; init; }
    public string Run { get; init; } = "";
    public long? VerifiedAt { get; init; }
    public long? ProvenAt { get; init; }
    public long? RemovedAt { get; init; }
}
