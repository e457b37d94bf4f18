using System.Text.Json;
using System.Text.Json.Serialization;

namespace CacheKeeper.Storage;

/// <summary>Durations as people write them: <c>hh:mm:ss</c>, or <c>30s</c>, <c>5m</c>, <c>4h</c>, <c>7d</c>.</summary>
internal static class Duration
{
    /// <summary>The duration that a text means; null when it is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        text = text.Trim();
        if (text.Length > 1 && double.TryParse(text.EndsWith("ms", StringComparison.Ordinal) ? text[..^2] : text[..^1], out var value))
        {
            try
            {
                return text switch
                {
                    _ when text.EndsWith("ms", StringComparison.Ordinal) => TimeSpan.FromMilliseconds(value),
                    [.., 's'] => TimeSpan.FromSeconds(value),
                    [.., 'm'] => TimeSpan.FromMinutes(value),
                    [.., 'h'] => TimeSpan.FromHours(value),
                    [.., 'd'] => TimeSpan.FromDays(value),
                    [.., 'w'] => TimeSpan.FromDays(7 * value),
                    _ => null,
                };
            }
            catch (Exception e) when (e is OverflowException or ArgumentException)
            {
                return null;
            }
        }

        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, out var span) ? span : null;
    }

    /// <summary>Reads a duration from a JSON text.</summary>
    internal sealed class Converter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Parse(reader.GetString()!) is { } span ? span : throw new JsonException("expected a duration such as 00:05:00, 30s, 5m, 4h or 7d");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString("c"));
    }
}
