using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Filters;

/// <summary>A condition on the text: <c>contains</c> (case matters) or <c>icontains</c>.</summary>
internal static class TextCondition
{
    public static Func<StoredMemory, bool> Parse(string field, JsonElement value)
    {
        if (FilterValue.Operators(field, value) is not { } operators)
        {
            return Containing(FilterValue.Text(field, value), StringComparison.OrdinalIgnoreCase);
        }

        Func<StoredMemory, bool>[] tests = [.. operators.Select(operation => Operation(field, operation))];
        return memory => tests.All(test => test(memory));
    }

    public static Func<StoredMemory, bool> Containing(string part, StringComparison comparison) => memory => memory.Text.Contains(part, comparison);

    public static Func<StoredMemory, bool> AnyWord(JsonElement value)
    {
        var words = FilterValue.Text("keywords_search", value).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return memory => words.Any(word => memory.Text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static Func<StoredMemory, bool> Operation(string field, JsonProperty operation) => operation.Name switch
    {
        "contains" => Containing(FilterValue.Text(field, operation.Value), StringComparison.Ordinal),
        "icontains" => Containing(FilterValue.Text(field, operation.Value), StringComparison.OrdinalIgnoreCase),
        _ => throw FilterValue.Unsupported(field, operation.Name, "contains, icontains"),
    };
}
