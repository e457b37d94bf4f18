using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CacheKeeper.Storage;

/// <summary>JSON as the state stores it: snake_case, compact, enums as words, unknown fields tolerated (older versions read newer rows).</summary>
internal static class StateJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTime.Converter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}
