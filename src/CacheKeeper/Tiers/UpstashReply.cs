using System.Text;
using System.Text.Json;

namespace CacheKeeper.Tiers;

/// <summary>Reads the JSON that the Upstash REST API answers with, straight into replies.</summary>
internal static class UpstashReply
{
    /// <summary>A pipeline's answer: an array of results and errors.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static IReadOnlyList<RedisReply> ReadMany(ReadOnlySpan<byte> json, int commands)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("an array was expected");
        }

        var replies = new List<RedisReply>(commands);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            replies.Add(Read(ref reader));
        }

        return replies.Count == commands && !reader.Read() ? replies : throw new JsonException("as many items as commands were expected");
    }

    /// <summary>A single command's answer.</summary>
    /// <exception cref="JsonException">It is no result and no error.</exception>
    public static RedisReply ReadOne(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return reader.Read() && Read(ref reader) is var reply && !reader.Read() ? reply : throw new JsonException("one object was expected");
    }

    // An error counts whatever stands beside it.
    private static RedisReply Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object was expected");
        }

        RedisReply? result = null, error = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("result"u8))
            {
                reader.Read();
                result = Value(ref reader);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                error = reader.TokenType == JsonTokenType.String ? new RedisReply { Error = reader.GetString() } : throw new JsonException("an error is a text");
            }
            else
            {
                reader.Skip();
            }
        }

        return error ?? result ?? throw new JsonException("a result or an error was expected");
    }

    private static RedisReply Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => RedisReply.Null,
        JsonTokenType.Number when reader.TryGetInt64(out var integer) => new RedisReply { Integer = integer },
        JsonTokenType.String => new RedisReply { Bytes = Decode(ref reader) },
        JsonTokenType.StartArray => new RedisReply { Items = Items(ref reader) },
        _ => throw new JsonException("a result was expected"),
    };

    private static List<RedisReply> Items(ref Utf8JsonReader reader)
    {
        var items = new List<RedisReply>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Value(ref reader));
        }

        return items;
    }

    // The exact status OK is the one string that is not base64.
    private static byte[] Decode(ref Utf8JsonReader reader) =>
        !reader.ValueTextEquals("OK"u8) && reader.TryGetBytesFromBase64(out var bytes) ? bytes : Encoding.UTF8.GetBytes(reader.GetString()!);
}
