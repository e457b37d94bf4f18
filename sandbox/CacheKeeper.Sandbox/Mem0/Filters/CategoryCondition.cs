using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Filters;

/// <summary>A condition on categories: <c>in</c> (any of a list) or <c>contains</c>, upper and lower case alike; <c>eq</c>, <c>ne</c> and a bare value are refused.</summary>
internal static class CategoryCondition
{
    private const string Field = "categories";

    public static Func<StoredMemory, bool> Parse(JsonElement value)
    {
        var operators = FilterValue.Operators(Field, value) ?? throw RefusalException.Error("The filter on 'categories' needs 'in' or 'contains'.");
        Func<StoredMemory, bool>[] tests = [.. operators.Select(Operation)];
        return memory => tests.All(test => test(memory));
    }

    public static Func<StoredMemory, bool> AnyOf(IEnumerable<string> names)
    {
        var wanted = names.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return memory => memory.Categories.Any(wanted.Contains);
    }

    private static Func<StoredMemory, bool> Operation(JsonProperty operation)
    {
        switch (operation.Name)
        {
            case "in":
                return AnyOf(FilterValue.List(Field, operation.Value).Select(name => FilterValue.Text(Field, name)).ToArray());
            case "contains":
                var part = FilterValue.Text(Field, operation.Value);
                return memory => memory.Categories.Any(name => name.Contains(part, StringComparison.OrdinalIgnoreCase));
            default:
                throw FilterValue.Unsupported(Field, operation.Name, "in, contains");
        }
    }
}
