using CacheKeeper.Backup.Copies;

namespace CacheKeeper.Backup;

/// <summary>What the jobs of this room work with; put together at the root.</summary>
internal sealed record BackupParts
{
    /// <summary>Two runs never write to one project's backups at once.</summary>
    public const string Resource = "backups";

    public required BackupPolicy Policy { get; init; }

    public required string Location { get; init; }

    /// <summary>The configured tiers, in the order in which they are restored: the record first, so that the others' owners are known.</summary>
    public required IReadOnlyList<ICopyTier> Tiers { get; init; }

    public required OpenRepository OpenAsync { get; init; }

    /// <summary>Whether there are any backups to open.</summary>
    public required HasBackups ExistAsync { get; init; }

    public required MakeBackupRunner Runner { get; init; }

    public ICopyTier? Tier(string name) => Tiers.FirstOrDefault(tier => tier.Name == name);
}
