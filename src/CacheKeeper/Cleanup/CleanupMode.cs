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
}
