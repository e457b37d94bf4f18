namespace CacheKeeper.Tiers;

/// <summary>A key to write.</summary>
/// <param name="Over">What must stand under it at that moment, else it is left: see <see cref="RedisDigest"/>.</param>
internal sealed record RedisPut(StoredEntry Entry, string Over);
