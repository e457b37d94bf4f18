using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Filters;

/// <summary>A condition on one of the four entity ids: bare value, <c>eq</c>, <c>ne</c>, <c>in</c>, or <c>*</c> for any that is set.</summary>
internal static class EntityCondition
{
    private const string AnyValue = "*";

    public static MemoryFilter Parse(EntityType type, JsonElement value) =>
        FilterValue.Operators(type.Field(), value) is { } operators
            ? MemoryFilter.All([.. operators.Select(operation => Operation(type, operation))])
            : Equal(type, FilterValue.Text(type.Field(), value));

    private static MemoryFilter Operation(EntityType type, JsonProperty operation) => operation.Name switch
    {
        "eq" => Equal(type, FilterValue.Text(type.Field(), operation.Value)),
        "ne" => Different(type, FilterValue.Text(type.Field(), operation.Value)),
        "in" => In(type, [.. FilterValue.List(type.Field(), operation.Value).Select(value => FilterValue.Text(type.Field(), value))]),
        _ => throw FilterValue.Unsupported(type.Field(), operation.Name, "eq, ne, in, \"*\""),
    };

    private static MemoryFilter Equal(EntityType type, string id) => id == AnyValue
        ? new(memory => memory.Scope[type] is not null, NamesEntity: true)
        : new(memory => memory.Scope[type] == id, NamesEntity: true);

    // As on the platform, memories without any id of this type are different too.
    private static MemoryFilter Different(EntityType type, string id) => new(memory => memory.Scope[type] != id);

    private static MemoryFilter In(EntityType type, HashSet<string> ids) =>
        new(memory => memory.Scope[type] is { } id && ids.Contains(id), NamesEntity: true);
}
