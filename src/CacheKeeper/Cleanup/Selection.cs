using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>One entry that a plan takes, and why.</summary>
internal sealed record Selection(EntryHead Entry, RemovalReason Reason);
