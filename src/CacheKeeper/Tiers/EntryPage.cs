namespace CacheKeeper.Tiers;

/// <summary>One page of a scan.</summary>
/// <param name="Cursor">Where the next page starts; null on the last one.</param>
/// <param name="Foreign">Entries seen that are not provably this project's: counted, never given out.</param>
internal sealed record EntryPage(IReadOnlyList<EntryHead> Entries, string? Cursor, int Foreign = 0)
{
    /// <summary>The tier cannot enumerate further than this (self-hosted Mem0 gives 1000 at most): what follows is unknown, not empty.</summary>
    public bool Truncated { get; init; }

    /// <summary>The same entries with their contents, where they were asked for and the listing has them; null where they have to be read.</summary>
    public IReadOnlyList<StoredEntry>? Stored { get; init; }
}
