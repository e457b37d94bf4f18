namespace CacheKeeper.Tiers;

/// <summary>A first, cheap selection that the tier itself can make.</summary>
internal enum EntryState
{
    Any,
    Expired,
    Live,
    WithoutExpiry,

    /// <summary>All that a light cleanup must see: what may go, and what holds other tiers' entries back.</summary>
    ExpiredOrPinned,
}
