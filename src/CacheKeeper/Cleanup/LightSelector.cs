using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>The light cleanup's choice: entries whose own time ran out. Pure; pins always win.</summary>
internal static class LightSelector
{
    /// <returns>The reason to take the entry, or null to leave it.</returns>
    public static RemovalReason? Choose(EntryHead entry, DateTimeOffset asOf, CleanupPolicy policy) =>
        entry.IsExpired(asOf) && !Pins.Hold(entry, policy) ? RemovalReason.Expired : null;
}
