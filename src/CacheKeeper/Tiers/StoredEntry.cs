namespace CacheKeeper.Tiers;

/// <summary>An entry with its content, enough to write it back.</summary>
/// <param name="Kind"><c>row</c> (JSON of all columns), <c>string</c> (a Redis value), <c>dump</c> (Redis DUMP), <c>memory</c> (JSON of a Mem0 memory).</param>
internal sealed record StoredEntry(EntryHead Head, string Kind, ReadOnlyMemory<byte> Content)
{
    /// <summary>The kind of a PostgreSQL row.</summary>
    public const string Row = "row";
}
