using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Filters;

/// <summary>A condition on metadata: an object of top-level keys, each with a bare value, <c>eq</c>, <c>ne</c> or <c>contains</c>.</summary>
internal static class MetadataCondition
{
    public static MemoryFilter Parse(JsonElement value)
    {
        var keys = FilterValue.Operators("metadata", value) ?? throw RefusalException.Error("The filter on 'metadata' needs an object of keys.");
        return MemoryFilter.All([.. keys.Select(OnKey)]);
    }

    private static MemoryFilter OnKey(JsonProperty key)
    {
        if (key.Value.ValueKind is JsonValueKind.Array)
        {
            throw RefusalException.Error($"The filter on 'metadata.{key.Name}' needs one value.");
        }

        return FilterValue.Operators("metadata." + key.Name, key.Value) is { } operators
            ? MemoryFilter.All([.. operators.Select(operation => Operation(key.Name, operation))])
            : Equal(key.Name, key.Value);
    }

    private static MemoryFilter Operation(string key, JsonProperty operation)
    {
        switch (operation.Name)
        {
            case "eq":
                return Equal(key, operation.Value);
            case "ne":
                var other = operation.Value.Clone();
                return new(memory => !(Of(memory, key) is { } value && JsonElement.DeepEquals(value, other)));
            case "contains":
                var part = FilterValue.Text("metadata." + key, operation.Value);
                return new(memory => Of(memory, key) is { } value && Contains(value, part));
            default:
                throw FilterValue.Unsupported("metadata." + key, operation.Name, "eq, ne, contains; nested keys are not supported");
        }
    }

    private static MemoryFilter Equal(string key, JsonElement value)
    {
        var wanted = value.Clone();
        var hash = key == "query_hash" && wanted.ValueKind == JsonValueKind.String ? wanted.GetString() : null;
        return new(memory => Of(memory, key) is { } found && JsonElement.DeepEquals(found, wanted), QueryHash: hash);
    }

    private static bool Contains(JsonElement value, string part) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Contains(part, StringComparison.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.GetString() == part),
        _ => false,
    };

    private static JsonElement? Of(StoredMemory memory, string key) =>
        memory.Metadata is { ValueKind: JsonValueKind.Object } metadata && metadata.TryGetProperty(key, out var value) ? value : null;
}
