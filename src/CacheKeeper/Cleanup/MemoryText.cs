using System.Text.Json.Nodes;
using CacheKeeper.Cleanup.Duplicates;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>A memory as the duplicate finder reads it: pure.</summary>
internal static class MemoryText
{
    public static CachedText Of(StoredEntry entry, string project)
    {
        var memory = new Memory(JsonNode.Parse(entry.Content.Span)!.AsObject());
        return new CachedText(entry.Head.Id, memory.Content)
        {
            Project = project,
            Category = entry.Head.Category,
            AgentId = entry.Head.Agent,
            UpdatedAt = entry.Head.UpdatedAt,
            AccessCount = entry.Head.AccessCount,
            Pinned = entry.Head.Pinned,
        };
    }
}
