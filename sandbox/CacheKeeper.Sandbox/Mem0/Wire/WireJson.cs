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

    /// <summary>A text, or null when it is none: JSON can hold half a surrogate pair, which is no character.</summary>
    public static string? Text(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Seconds since 1970, or null outside the years a time can have.</summary>
    public static DateTimeOffset? Time(JsonElement seconds)
    {
        const double Least = -62_135_596_800, Most = 253_402_300_799;
        return seconds.GetDouble() is >= Least and <= Most and var given ? DateTimeOffset.UnixEpoch.AddSeconds(given) : null;
    }
}
