using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Filters;

/// <summary>Reads the platform's filters, with all its refusals.</summary>
internal static class FilterParser
{
    private static readonly string[] AllowedKeys =
    [
        "AND", "OR", "NOT", "user_id", "agent_id", "app_id", "run_id", "created_at", "updated_at", "timestamp", "expiration_date", "categories", "metadata",
        "keywords", "keywords_search", "memory_ids", "text",
    ];

    /// <summary>The filter of a list or search; an entity's id is required, and an empty one is refused.</summary>
    public static MemoryFilter Required(JsonElement? filters, FilterDialect dialect)
    {
        if (filters is not { ValueKind: JsonValueKind.Object } given || !given.EnumerateObject().Any())
        {
            throw RefusalException.Error("Filters are required and cannot be empty. Provide at least one of: user_id, agent_id, app_id, run_id.");
        }

        var filter = Parse(given, dialect, Mem0Limits.Default.FilterDepth);
        return filter.NamesEntity ? filter
            : throw RefusalException.Error("At least one of the filters user_id, agent_id, app_id or run_id is required.");
    }

    private static MemoryFilter Parse(JsonElement filters, FilterDialect dialect, int depth)
    {
        if (depth == 0)
        {
            throw RefusalException.Error("Filters are nested too deeply.");
        }

        if (filters.ValueKind != JsonValueKind.Object)
        {
            throw RefusalException.Error("Each filter must be an object.");
        }

        var parts = new List<MemoryFilter>();
        var hasAnd = filters.TryGetProperty("AND", out _);
        foreach (var property in filters.EnumerateObject())
        {
            // The platform drops an OR that stands beside an AND without a word; so do we.
            if (!(hasAnd && property.NameEquals("OR")))
            {
                parts.Add(Condition(property, dialect, depth));
            }
        }

        return parts.Count > 0 ? MemoryFilter.All(parts) : throw RefusalException.Error("A filter object cannot be empty.");
    }

    private static MemoryFilter Condition(JsonProperty property, FilterDialect dialect, int depth) => property.Name switch
    {
        "AND" => MemoryFilter.All(Parts(property, dialect, depth)),
        "OR" => MemoryFilter.Any(Parts(property, dialect, depth)),
        "NOT" => Negation(property, dialect, depth),
        "user_id" or "agent_id" or "app_id" or "run_id" => EntityCondition.Parse(EntityTypes.OfField(property.Name)!.Value, property.Value),
        "created_at" or "updated_at" or "timestamp" or "expiration_date" => new(DateCondition.Parse(property.Name, property.Value)),
        "categories" => new(CategoryCondition.Parse(property.Value)),
        "metadata" => MetadataCondition.Parse(property.Value),
        "keywords" when dialect.IsSearch => throw RefusalException.Error("Internal server error.", StatusCodes.Status500InternalServerError),
        "keywords" or "text" => new(TextCondition.Parse(property.Name, property.Value)),
        "keywords_search" => new(TextCondition.AnyWord(property.Value)),
        "memory_ids" => MemoryIdsCondition.Parse(property.Value),
        _ => throw RefusalException.Error($"Invalid filter key '{property.Name}'. Allowed keys: {string.Join(", ", AllowedKeys)}."),
    };

    private static MemoryFilter Negation(JsonProperty property, FilterDialect dialect, int depth) => property.Value.ValueKind switch
    {
        JsonValueKind.Object => MemoryFilter.None([Parse(property.Value, dialect, depth - 1)]),
        JsonValueKind.Array when dialect.NotTakesArray => MemoryFilter.None(Parts(property, dialect, depth)),
        _ => throw RefusalException.Error("NOT takes an object."),
    };

    private static List<MemoryFilter> Parts(JsonProperty property, FilterDialect dialect, int depth) =>
        property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() > 0
            ? [.. property.Value.EnumerateArray().Select(part => Parse(part, dialect, depth - 1))]
            : throw RefusalException.Error($"{property.Name} takes an array of at least one filter.");
}
