using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CacheKeeper.Sandbox.Mem0.Wire;

/// <summary>How answers are written.</summary>
internal static class WireJson
{
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A null is written as such, not as an empty body.</summary>
    public static IResult Answer(object? body, int status = StatusCodes.Status200OK) => body is null
        ? Results.Text("null", "application/json", statusCode: status)
        : Results.Json(body, Options, "application/json", status);

    public static JsonElement Element(object? value) => JsonSerializer.SerializeToElement(value, Options);

    /// <summary>ISO 8601 with zone.</summary>
    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffK", CultureInfo.InvariantCulture);

    public static string? Time(DateTimeOffset? time) => time is { } given ? Time(given) : null;
}
