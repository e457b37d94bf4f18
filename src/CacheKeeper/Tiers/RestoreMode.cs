namespace CacheKeeper.Tiers;

/// <summary>What a restore does with entries whose time ran out meanwhile; what was written since is never overwritten by undo.</summary>
internal enum RestoreMode
{
    /// <summary>Undo: exactly what was there, expired rows included, only where nothing stands now.</summary>
    Exact,

    /// <summary>Backup: expired entries are not revived, only missing ones are added.</summary>
    OnlyMissing,

    /// <summary>Backup: expired entries are not revived, existing ones are replaced.</summary>
    Replace,
}
