using System.Text.Json;
using CacheKeeper.Client;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>Stands in for the platform's classifier: the gateway's own rules on the text; what the metadata say wins.</summary>
internal static class Mem0Categories
{
    public static IReadOnlyList<string> Of(string text, JsonElement? metadata) => [Given(metadata) ?? CategoryRules.Default.Match(text).Category];

    private static string? Given(JsonElement? metadata) =>
        metadata is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty("category", out var category) && category.ValueKind == JsonValueKind.String
            ? category.GetString() : null;
}
