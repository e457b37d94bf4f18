namespace CacheKeeper.Tiers;

/// <summary>A query hash that is provably one project's, with what PostgreSQL knows of it.</summary>
internal sealed record OwnedHash(string Hash, string? Category, string? Agent, long? AccessCount, DateTimeOffset? AccessedAt, DateTimeOffset? CreatedAt, bool Pinned = false);
