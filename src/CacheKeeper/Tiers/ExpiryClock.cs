namespace CacheKeeper.Tiers;

/// <summary>The column from which a row's ttl_seconds counts.</summary>
internal enum ExpiryClock
{
    Created,
    Updated,
    Accessed,
}
