namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Which of several texts that say the same stays: a pinned one, then the most used, then the newest, then the lowest id.</summary>
internal sealed class KeeperOrder : IComparer<CachedText>
{
    public static KeeperOrder Instance { get; } = new();

    private KeeperOrder()
    {
    }

    /// <summary>Less than 0 when <paramref name="x"/> rather stays.</summary>
    public int Compare(CachedText? x, CachedText? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 1 : 0) - (y is null ? 1 : 0);
        }

        var pinned = y.Pinned.CompareTo(x.Pinned);
        var used = pinned != 0 ? pinned : (y.AccessCount ?? 0).CompareTo(x.AccessCount ?? 0);
        var newer = used != 0 ? used : Nullable.Compare(y.UpdatedAt, x.UpdatedAt);
        return newer != 0 ? newer : string.CompareOrdinal(x.Id, y.Id);
    }

    /// <summary>Why the keeper stays rather than the next best.</summary>
    public static string Reason(CachedText keeper, CachedText next) =>
        keeper.Pinned && !next.Pinned ? "pinned"
        : (keeper.AccessCount ?? 0) != (next.AccessCount ?? 0) ? "most used"
        : keeper.UpdatedAt != next.UpdatedAt ? "newest"
        : "lowest id";
}
