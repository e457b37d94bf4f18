using System.Text.Json;
using System.Text.Json.Serialization;

namespace CacheKeeper.Storage;

/// <summary>Shares as people write them: <c>20%</c> or <c>0.2</c>, the same number inside.</summary>
internal static class Share
{
    /// <summary>The fraction that a text means; null when it is no share.</summary>
    public static double? Parse(string text)
    {
        text = text.Trim();
        var percent = text.EndsWith('%');
        return double.TryParse(percent ? text[..^1] : text, out var value) && double.IsFinite(value) ? percent ? value / 100 : value : null;
    }

    /// <summary>Reads a share from a JSON number or text.</summary>
    internal sealed class Converter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Number => reader.GetDouble(),
            JsonTokenType.String when Parse(reader.GetString()!) is { } value => value,
            _ => throw new JsonException("expected a share such as 20% or 0.2"),
        };

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
