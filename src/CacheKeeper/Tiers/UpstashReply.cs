using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace CacheKeeper.Tiers;

/// <summary>Reads the JSON that the Upstash REST API answers with, straight into replies.</summary>
internal static class UpstashReply
{
    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    private static ReadOnlySpan<byte> Result => "{\"result\":"u8;

    /// <summary>A pipeline's answer: an array of results and errors.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static RedisReply[] ReadMany(ReadOnlySpan<byte> json, int commands)
    {
        var replies = new RedisReply[commands];
        var rest = json;
        for (var at = 0; at < commands; at++)
        {
            Pass(ref rest, at == 0 ? '[' : ',');
            replies[at] = TryTakeInteger(ref rest) ?? TakeObject(ref rest);
        }

        Pass(ref rest, ']');
        return rest.TrimStart(Blanks).IsEmpty ? replies : throw new JsonException("nothing was expected behind the array");
    }

    /// <summary>A single command's answer.</summary>
    /// <exception cref="JsonException">It is no result and no error.</exception>
    public static RedisReply ReadOne(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return reader.Read() && Read(ref reader) is var reply && !reader.Read() ? reply : throw new JsonException("one object was expected");
    }

    private static void Pass(ref ReadOnlySpan<byte> rest, char mark)
    {
        rest = rest.TrimStart(Blanks);
        rest = !rest.IsEmpty && rest[0] == mark ? rest[1..] : throw new JsonException("an array of as many items as commands was expected");
    }

    // Most replies are this; a reader of JSON takes five steps for each.
    private static RedisReply? TryTakeInteger(ref ReadOnlySpan<byte> rest)
    {
        if (!rest.StartsWith(Result))
        {
            return null;
        }

        var number = rest[Result.Length..];
        if (number.IsEmpty || number[0] == '+' || !Utf8Parser.TryParse(number, out long integer, out var used) || used >= number.Length || number[used] != '}')
        {
            return null;
        }

        rest = number[(used + 1)..];
        return new RedisReply { Integer = integer };
    }

    private static RedisReply TakeObject(ref ReadOnlySpan<byte> rest)
    {
        var reader = new Utf8JsonReader(rest);
        reader.Read();
        var reply = Read(ref reader);
        rest = rest[(int)reader.BytesConsumed..];
        return reply;
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
