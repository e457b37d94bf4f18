using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CacheKeeper.Tiers;

/// <summary>Writes commands as the JSON that the Upstash REST API takes: an array of arrays of texts.</summary>
internal static class UpstashRequest
{
    // Brackets, quotes and a comma, and room for some escapes.
    private const int BytesAnArgument = 8;
    private const string Plain = " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    private static readonly JsonWriterOptions Writing = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly SearchValues<char> PlainLetters = SearchValues.Create(Plain);
    private static readonly SearchValues<byte> PlainBytes = SearchValues.Create(Encoding.ASCII.GetBytes(Plain));

    /// <param name="commands">Arguments are text, UTF-8 bytes or numbers.</param>
    /// <param name="bytes">About how many bytes the arguments take.</param>
    public static ReadOnlyMemory<byte> Write(ReadOnlySpan<object[]> commands, int bytes)
    {
        var body = new ArrayBufferWriter<byte>(bytes + (commands.Length * 3 * BytesAnArgument));
        Utf8JsonWriter? json = null;
        for (var at = 0; at < commands.Length; at++)
        {
            body.Write(at == 0 ? "[["u8 : ",["u8);
            for (var argument = 0; argument < commands[at].Length; argument++)
            {
                if (argument > 0)
                {
                    body.Write(","u8);
                }

                Write(body, ref json, commands[at][argument]);
            }

            body.Write("]"u8);
        }

        body.Write("]"u8);
        json?.Dispose();
        return body.WrittenMemory;
    }

    // Most arguments are keys and names, which need no escape: looked at once, and copied.
    private static void Write(ArrayBufferWriter<byte> body, ref Utf8JsonWriter? json, object argument)
    {
        var bytes = argument as byte[];
        var text = bytes is null ? argument as string ?? argument.ToString()! : "";
        if (bytes is null ? text.AsSpan().ContainsAnyExcept(PlainLetters) : bytes.AsSpan().ContainsAnyExcept(PlainBytes))
        {
            WriteEscaped(json ??= new Utf8JsonWriter(body, Writing), body, bytes, text);
            return;
        }

        var length = bytes?.Length ?? text.Length;
        var room = body.GetSpan(length + 2);
        room[0] = room[length + 1] = (byte)'"';
        if (bytes is null)
        {
            Encoding.ASCII.GetBytes(text, room[1..]);
        }
        else
        {
            bytes.CopyTo(room[1..]);
        }

        body.Advance(length + 2);
    }

    private static void WriteEscaped(Utf8JsonWriter json, ArrayBufferWriter<byte> body, byte[]? bytes, string text)
    {
        json.Reset(body);
        if (bytes is null)
        {
            json.WriteStringValue(text);
        }
        else
        {
            json.WriteStringValue(bytes);
        }

        json.Flush();
    }
}
