using System.Globalization;
using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Wire;

/// <summary>A request's JSON object; a field of the wrong kind is refused under its name.</summary>
internal sealed class RequestBody(JsonElement root)
{
    public JsonElement Root => root;

    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(document.RootElement.Clone())
                : throw RefusalException.Error("The request body must be a JSON object.");
        }
        catch (JsonException broken)
        {
            throw RefusalException.Detail("JSON parse error - " + broken.Message, StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>Whether the field is there, even as null.</summary>
    public bool Has(string field) => root.TryGetProperty(field, out _);

    /// <summary>A field that is there and not null.</summary>
    public JsonElement? Value(string field) =>
        root.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => WireJson.Text(value) ?? throw RefusalException.Field(field, "Not a valid string."),
        _ => throw RefusalException.Field(field, "Not a valid string."),
    };

    public bool Flag(string field, bool otherwise = false) => Value(field) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw RefusalException.Field(field, "Must be a valid boolean."),
    };

    public int? Whole(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        _ => throw RefusalException.Field(field, "A valid integer is required."),
    };

    public double? Number(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value => value.GetDouble(),
        _ => throw RefusalException.Field(field, "A valid number is required."),
    };

    public JsonElement? Map(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => value,
        _ => throw RefusalException.Field(field, "Expected an object."),
    };

    public string[]? Texts(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            => [.. value.EnumerateArray().Select(item => item.GetString()!)],
        _ => throw RefusalException.Field(field, "Expected a list of strings."),
    };

    /// <summary>A time as seconds since 1970 or, as ISO 8601.</summary>
    public DateTimeOffset? Time(string field) => Value(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when WireJson.Time(value) is { } time => time,
        { ValueKind: JsonValueKind.String } value when DateTimeOffset.TryParse(
            value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        _ => throw RefusalException.Field(field, "Expected seconds since 1970 or an ISO 8601 time."),
    };

    public MemoryScope Scope() => new(Id("user_id"), Id("agent_id"), Id("app_id"), Id("run_id"));

    private string? Id(string field) => Value(field) switch
    {
        { ValueKind: JsonValueKind.Number } value => value.GetRawText(),
        _ => Text(field) is { } id ? id.Length > 0 ? id : throw RefusalException.Field(field, "This field may not be blank.") : null,
    };
}
