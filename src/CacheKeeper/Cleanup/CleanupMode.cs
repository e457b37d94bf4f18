namespace CacheKeeper.Cleanup;

/// <summary>How strong a cleanup is. What each means for each tier: docs/cleanup.md.</summary>
internal enum CleanupMode
{
    Smart,
    Light,
    Targeted,
    Moderate,
    Aggressive,
    Deep,
    Category,
    Duplicates,
    Compress,
    Expiry,

    /// <summary>One entry that a person named, with the keys and memories of its row.</summary>
    Entry,
}
