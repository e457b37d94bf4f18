using System.Text;
using System.Text.Json;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>The value within a stored entry: what a lookup would answer. Pure.</summary>
internal static class StoredValue
{
    /// <summary>The value's bytes (UTF-8); null for entries that hold no text of their own (Redis types other than strings).</summary>
    public static byte[]? Of(StoredEntry entry) => entry.Kind switch
    {
        "string" => entry.Content.ToArray(),
        "row" => Field(entry, "response_text"),
        "memory" => Field(entry, "memory"),
        _ => null,
    };

    private static byte[]? Field(StoredEntry entry, string name)
    {
        using var document = JsonDocument.Parse(entry.Content);
        return document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(value.GetString()!) : null;
    }
}
