using System.Buffers;
using System.Text.Json;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>One line of a plan: the entry and why it goes, as JSON.</summary>
internal static class SelectionJson
{
    private static readonly Dictionary<RemovalReason, JsonEncodedText> Words = Enum.GetValues<RemovalReason>().ToDictionary(reason => reason, reason => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString())));

    /// <summary>A writer for many lines; reset it to where the next one goes.</summary>
    public static Utf8JsonWriter Writer() => new(new ArrayBufferWriter<byte>(), new JsonWriterOptions { Encoder = StateJson.Options.Encoder });

    public static void Write(Utf8JsonWriter json, Selection selection)
    {
        json.WriteStartObject();
        json.WritePropertyName("entry"u8);
        EntryHeadJson.Write(json, selection.Entry);
        json.WriteString("reason"u8, Words[selection.Reason]);
        json.WriteEndObject();
        json.Flush();
    }

    /// <exception cref="JsonException">The line is none of a plan.</exception>
    public static Selection Read(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        EntryHead? entry = null;
        RemovalReason? reason = null;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("entry"u8))
            {
                json.Read();
                entry = EntryHeadJson.Read(ref json);
            }
            else if (json.ValueTextEquals("reason"u8))
            {
                json.Read();
                reason = ReasonOf(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return entry is not null && reason is { } because ? new Selection(entry, because) : throw new JsonException("no selected entry stands here");
    }

    private static RemovalReason? ReasonOf(ref Utf8JsonReader json)
    {
        foreach (var (reason, word) in Words)
        {
            if (json.ValueTextEquals(word.EncodedUtf8Bytes))
            {
                return reason;
            }
        }

        return null;
    }
}
