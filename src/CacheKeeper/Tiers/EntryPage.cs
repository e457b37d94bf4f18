namespace CacheKeeper.Tiers;

/// <summary>One page of a scan.</summary>
/// <param name="Cursor">Where the next page starts; null on the last one.</param>
/// <param name="Foreign">Entries seen that are not provably this project's: counted, never given out.</param>
internal sealed record EntryPage(IReadOnlyList<EntryHead> Entries, string? Cursor, int Foreign = 0);
