namespace CacheKeeper.Tiers;

/// <summary>A first, cheap selection that the tier itself can make.</summary>
internal enum EntryState
{
    Any,
    Expired,
    Live,
    WithoutExpiry,
}
