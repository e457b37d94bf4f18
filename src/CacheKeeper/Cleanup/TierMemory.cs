namespace CacheKeeper.Cleanup;

/// <summary>What the keeper remembers of a tier from its last look.</summary>
internal sealed record TierMemory(long? Entries, DateTimeOffset NewestLook, string? Identity);
