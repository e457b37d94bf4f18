namespace CacheKeeper.Tiers;

/// <summary>Entries to remove: each by identity and version, within a scope, before a deadline.</summary>
/// <param name="Deadline">The tier's server refuses the removal after it: a stalled node whose lease ran out removes nothing.</param>
internal sealed record RemovalBatch(TierScope Scope, IReadOnlyList<EntryHead> Entries, DateTimeOffset Deadline);
