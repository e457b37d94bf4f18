using System.Text.Json;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Filters;

/// <summary>Reads the values of filters.</summary>
internal static class FilterValue
{
    /// <summary>The operators of a condition, or null when it is a bare value.</summary>
    public static IReadOnlyList<JsonProperty>? Operators(string field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var operators = value.EnumerateObject().ToArray();
        return operators.Length > 0 ? operators : throw RefusalException.Error($"The filter on '{field}' is empty.");
    }

    public static string Text(string field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => WireJson.Text(value) ?? throw RefusalException.Error($"The filter on '{field}' is no valid text."),
        JsonValueKind.Number => value.GetRawText(),
        _ => throw RefusalException.Error($"The filter on '{field}' needs a text."),
    };

    public static JsonElement.ArrayEnumerator List(string field, JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray()
        : throw RefusalException.Error($"'in' on '{field}' needs a list.");

    public static RefusalException Unsupported(string field, string name, string allowed) =>
        RefusalException.Error($"Unsupported operator '{name}' for '{field}'. Supported: {allowed}.");
}
