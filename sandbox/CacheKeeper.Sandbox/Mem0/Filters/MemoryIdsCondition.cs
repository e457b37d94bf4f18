using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Filters;

/// <summary>A condition on memory ids: a list, bare or under <c>in</c>.</summary>
internal static class MemoryIdsCondition
{
    private const string Field = "memory_ids";

    public static MemoryFilter Parse(JsonElement value)
    {
        var list = FilterValue.Operators(Field, value) switch
        {
            null => value,
            [{ Name: "in" } operation] => operation.Value,
            [var operation, ..] => throw FilterValue.Unsupported(Field, operation.Name, "in, or a bare list"),
            _ => value,
        };
        var ids = FilterValue.List(Field, list).Select(Id).ToHashSet();
        return new(memory => ids.Contains(memory.Id), Ids: ids);
    }

    private static Guid Id(JsonElement value) => Guid.TryParseExact(FilterValue.Text(Field, value), "D", out var id)
        ? id
        : throw RefusalException.Error("The filter on 'memory_ids' needs memory ids in UUID form.");
}
