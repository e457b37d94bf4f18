namespace CacheKeeper.Sandbox.Mem0.Filters;

/// <summary>A condition on memories, with what it says about where to look.</summary>
/// <param name="Holds">Whether a memory is meant.</param>
/// <param name="NamesEntity">Whether it demands an entity's id (and does not only exclude one).</param>
/// <param name="QueryHash">When set, only memories with this <c>metadata.query_hash</c> can be meant.</param>
/// <param name="Ids">When set, only these memories can be meant.</param>
internal sealed record MemoryFilter(
    Func<StoredMemory, bool> Holds, bool NamesEntity = false, string? QueryHash = null, IReadOnlySet<Guid>? Ids = null)
{
    public static MemoryFilter All(IReadOnlyList<MemoryFilter> parts) => parts is [var single] ? single : new(
        memory => parts.All(part => part.Holds(memory)),
        parts.Any(part => part.NamesEntity),
        parts.Select(part => part.QueryHash).FirstOrDefault(hash => hash is not null),
        parts.Select(part => part.Ids).FirstOrDefault(ids => ids is not null));

    public static MemoryFilter Any(IReadOnlyList<MemoryFilter> parts) => parts is [var single] ? single : new(
        memory => parts.Any(part => part.Holds(memory)), parts.Any(part => part.NamesEntity));

    public static MemoryFilter None(IReadOnlyList<MemoryFilter> parts) => new(memory => !parts.Any(part => part.Holds(memory)));
}
