namespace CacheKeeper.Cleanup;

/// <summary>Why an entry is on a plan.</summary>
internal enum RemovalReason
{
    Expired,
    Superseded,
    LowValue,
    DraggingCategory,
    Category,
    Duplicate,
    Stale,
    Oversized,
    Named,
}
