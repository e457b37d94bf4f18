using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What is never touched, whatever the strength: pure.</summary>
internal static class Pins
{
    public static bool Hold(EntryHead entry, CleanupPolicy policy) =>
        entry.Pinned
        || (entry.Category is { } category && policy.PinnedCategories.Contains(category))
        || policy.PinnedKeys.Contains(entry.Id)
        || (entry.QueryHash is { } hash && policy.PinnedKeys.Contains(hash));
}
