using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>Reads the three ways to write commands: a path with query and body, a JSON array, a JSON array of arrays.</summary>
internal static class CommandParser
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 8 };

    /// <summary>The path's segments, then the body when there is one, then the query's names and values without <c>_token</c>.</summary>
    public static CommandBatch FromPath(string target, ReadOnlySpan<byte> body)
    {
        var batch = new CommandBatch();
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        foreach (var segment in path[1..].Split('/'))
        {
            Unescape(segment, batch.Arena, plusIsSpace: false);
            batch.EndArgument();
        }

        if (!body.IsEmpty)
        {
            batch.Add(body);
        }

        AddQuery(question < 0 ? "" : target[(question + 1)..], batch);
        batch.EndCommand();
        return batch;
    }

    /// <summary>The value of a query parameter, or null.</summary>
    public static string? Query(string target, string name)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0
            ? null
            : target[(question + 1)..].Split('&')
                .Where(pair => pair.StartsWith(name + "=", StringComparison.Ordinal))
                .Select(pair => Uri.UnescapeDataString(pair[(name.Length + 1)..]))
                .FirstOrDefault();
    }

    /// <summary>One command from a JSON array; null when the body is no such array.</summary>
    public static CommandBatch? FromArray(ReadOnlySpan<byte> body) => Parse(body, nested: false);

    /// <summary>Several commands from a JSON array of arrays; null when the body is no such array.</summary>
    public static CommandBatch? FromArrays(ReadOnlySpan<byte> body) => Parse(body, nested: true);

    private static CommandBatch? Parse(ReadOnlySpan<byte> body, bool nested)
    {
        var batch = new CommandBatch();
        var reader = new Utf8JsonReader(body, Options);
        try
        {
            var whole = reader.Read() && (nested ? AddCommands(ref reader, body, batch) : AddCommand(ref reader, body, batch));
            return whole && !reader.Read() ? batch : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool AddCommands(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, CommandBatch batch)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!AddCommand(ref reader, body, batch))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AddCommand(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, CommandBatch batch)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!AddArgument(ref reader, body, batch))
            {
                return false;
            }
        }

        batch.EndCommand();
        return true;
    }

    // A number keeps its own spelling: 64-bit integers and 1.10 arrive as they were written.
    private static bool AddArgument(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, CommandBatch batch)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String when !reader.ValueIsEscaped:
                AddText(reader.ValueSpan, batch.Arena);
                break;
            case JsonTokenType.String:
                JsonText.Unescape(reader.ValueSpan, batch.Arena);
                break;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                batch.Arena.Write(reader.ValueSpan);
                break;
            default:
                return false;
        }

        batch.EndArgument();
        return true;
    }

    private static void AddText(ReadOnlySpan<byte> text, IBufferWriter<byte> arena) =>
        arena.Write(System.Text.Unicode.Utf8.IsValid(text) ? text : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)));

    private static void AddQuery(string query, CommandBatch batch)
    {
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? pair : pair[..equals];
            if (name == "_token")
            {
                continue;
            }

            Unescape(name, batch.Arena, plusIsSpace: true);
            batch.EndArgument();
            if (equals >= 0 && equals + 1 < pair.Length)
            {
                Unescape(pair[(equals + 1)..], batch.Arena, plusIsSpace: true);
                batch.EndArgument();
            }
        }
    }

    // Bytes, not text: %FF is one byte of a key.
    private static void Unescape(string text, IBufferWriter<byte> arena, bool plusIsSpace)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var output = arena.GetSpan(bytes.Length + 1);
        var length = 0;
        for (var index = 0; index < bytes.Length; index++)
        {
            if (bytes[index] == '%' && index + 2 < bytes.Length && Hex(bytes[index + 1]) is { } high && Hex(bytes[index + 2]) is { } low)
            {
                output[length++] = (byte)((high * 16) + low);
                index += 2;
            }
            else
            {
                output[length++] = plusIsSpace && bytes[index] == '+' ? (byte)' ' : bytes[index];
            }
        }

        arena.Advance(length);
    }

    private static int? Hex(byte digit) => char.IsAsciiHexDigit((char)digit) ? Convert.ToInt32(((char)digit).ToString(), 16) : null;
}
