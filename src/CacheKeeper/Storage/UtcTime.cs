using System.Text.Json;
using System.Text.Json.Serialization;

namespace CacheKeeper.Storage;

/// <summary>Instants as we print and store them in JSON: ISO 8601 in UTC, milliseconds, with Z.</summary>
internal static class UtcTime
{
    public static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");

    internal sealed class Converter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        // Six more digits where they are there: an entry's version must survive the round trip.
        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Ticks % TimeSpan.TicksPerMillisecond == 0 ? Text(value) : value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ"));
    }
}
