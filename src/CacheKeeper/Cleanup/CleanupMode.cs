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

/// <summary>What strengths have in common.</summary>
internal static class CleanupModes
{
    /// <summary>Whether it takes entries for their value, and so must look at the cache's load and learn what entries are worth; the others take what is named, expired, alike or merely rewritten.</summary>
    public static bool WeighsValue(this CleanupMode mode) => mode is CleanupMode.Smart or CleanupMode.Targeted or CleanupMode.Moderate or CleanupMode.Aggressive or CleanupMode.Deep;
}
