using System.Globalization;
using System.Text.Json;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Reads one line of a file of texts: <c>{"id","text","category"?,"agent_id"?,"updated_at"?,"access_count"?,"pinned"?}</c>.</summary>
internal static class CachedTextReader
{
    /// <exception cref="FormatException">The line is no such object; the message says what is wrong with it.</exception>
    public static CachedText Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? Read(root) : throw new FormatException("not a JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("not valid JSON: " + e.Message, e);
        }
    }

    private static CachedText Read(JsonElement root) => new(Text(root, "id", required: true)!, Text(root, "text", required: true)!)
    {
        Project = Text(root, "project", required: false),
        Category = Text(root, "category", required: false),
        AgentId = Text(root, "agent_id", required: false),
        UpdatedAt = Time(root),
        AccessCount = Count(root),
        Pinned = Flag(root, "pinned") || Flag(root, "immutable"),
    };

    private static JsonElement? Value(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement root, string name, bool required) => Value(root, name) switch
    {
        null => required ? throw new FormatException($"\"{name}\" is missing") : null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { ValueKind: JsonValueKind.Number } value when name == "id" => value.GetRawText(),
        _ => throw new FormatException($"\"{name}\" must be a string"),
    };

    private static DateTimeOffset? Time(JsonElement root)
    {
        try
        {
            return Value(root, "updated_at") switch
            {
                null => null,
                { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
                { ValueKind: JsonValueKind.String } value => DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
                _ => throw new FormatException(),
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            throw new FormatException("\"updated_at\" must be an ISO 8601 time or unix milliseconds", e);
        }
    }

    private static long? Count(JsonElement root) => Value(root, "access_count") switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var count) && count >= 0 => count,
        _ => throw new FormatException("\"access_count\" must be a whole number, 0 or more"),
    };

    private static bool Flag(JsonElement root, string name) => Value(root, name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw new FormatException($"\"{name}\" must be true or false"),
    };
}
