using System.Globalization;
using System.Text.Json;
using CacheKeeper.Sandbox.Mem0.Filters;

namespace CacheKeeper.Sandbox.Mem0.SelfHosted;

/// <summary>Reads the open-source server's filters: any field or metadata key at the top level, with more operators than the platform's.</summary>
internal static class SelfHostedFilter
{
    public static MemoryFilter Parse(JsonElement filters) => Parse(filters, Mem0Limits.Default.FilterDepth);

    private static MemoryFilter Parse(JsonElement filters, int depth) => filters.ValueKind == JsonValueKind.Object && depth > 0
        ? MemoryFilter.All([.. filters.EnumerateObject().Select(property => Condition(property, depth))])
        : throw RefusalException.Error("Each filter must be an object, and not nested too deeply.");

    private static MemoryFilter Condition(JsonProperty property, int depth) => property.Name switch
    {
        "AND" => MemoryFilter.All(Parts(property.Value, depth)),
        "OR" => MemoryFilter.Any(Parts(property.Value, depth)),
        "NOT" => MemoryFilter.None(Parts(property.Value, depth)),
        _ => OnField(property.Name, property.Value),
    };

    private static List<MemoryFilter> Parts(JsonElement value, int depth) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(part => Parse(part, depth - 1))]
        : [Parse(value, depth - 1)];

    private static MemoryFilter OnField(string field, JsonElement value)
    {
        var names = EntityTypes.OfField(field) is not null;
        if (value.ValueKind != JsonValueKind.Object)
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() == "*"
                ? new(memory => Of(memory, field) is not null, names)
                : new(Test(field, "eq", value), names, field == "query_hash" && value.ValueKind == JsonValueKind.String ? value.GetString() : null);
        }

        Func<StoredMemory, bool>[] tests = [.. value.EnumerateObject().Select(operation => Test(field, operation.Name, operation.Value))];
        return new(memory => tests.All(test => test(memory)), names && value.EnumerateObject().Any(operation => operation.Name is "eq" or "in"));
    }

    private static Func<StoredMemory, bool> Test(string field, string operation, JsonElement value)
    {
        switch (operation)
        {
            case "eq":
                return memory => Of(memory, field) is { } found && JsonElement.DeepEquals(found, value);
            case "ne":
                return memory => !(Of(memory, field) is { } found && JsonElement.DeepEquals(found, value));
            case "in" or "nin":
                JsonElement[] list = [.. FilterValue.List(field, value)];
                return memory => (Of(memory, field) is { } found && list.Any(item => JsonElement.DeepEquals(found, item))) == (operation == "in");
            case "contains" or "icontains":
                var comparison = operation == "contains" ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
                var part = FilterValue.Text(field, value);
                return memory => Of(memory, field) is { ValueKind: JsonValueKind.String } found && found.GetString()!.Contains(part, comparison);
            case "gt" or "gte" or "lt" or "lte":
                return memory => Of(memory, field) is { } found && Compare(found, value) is { } order && Ordered(operation, order);
            default:
                throw FilterValue.Unsupported(field, operation, "eq, ne, gt, gte, lt, lte, in, nin, contains, icontains");
        }
    }

    private static bool Ordered(string operation, int order) => operation switch
    {
        "gt" => order > 0,
        "gte" => order >= 0,
        "lt" => order < 0,
        _ => order <= 0,
    };

    // Numbers by size, times by instant, other texts by their characters; what cannot be compared is null.
    private static int? Compare(JsonElement found, JsonElement value)
    {
        if (found.ValueKind == JsonValueKind.Number && value.ValueKind == JsonValueKind.Number)
        {
            return found.GetDouble().CompareTo(value.GetDouble());
        }

        if (found.ValueKind != JsonValueKind.String || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        return Time(found) is { } left && Time(value) is { } right ? left.CompareTo(right) : string.CompareOrdinal(found.GetString(), value.GetString());
    }

    private static DateTimeOffset? Time(JsonElement text) =>
        DateTimeOffset.TryParse(text.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static JsonElement? Of(StoredMemory memory, string field) => field switch
    {
        "user_id" or "agent_id" or "run_id" => Text(memory.Scope[EntityTypes.OfField(field)!.Value]),
        "memory" or "data" => Text(memory.Text),
        "created_at" => Text(Wire.WireJson.Time(memory.CreatedAt)),
        "updated_at" => Text(Wire.WireJson.Time(memory.UpdatedAt)),
        "expiration_date" => Text(memory.ExpirationDate),
        _ => memory.Metadata is { ValueKind: JsonValueKind.Object } metadata && metadata.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null,
    };

    private static JsonElement? Text(string? text) => text is null ? null : JsonSerializer.SerializeToElement(text);
}
