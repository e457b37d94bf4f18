using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>Turns raw RESP2 replies into Upstash's JSON, without a tree in between.</summary>
internal static class ReplyJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary><c>{"result": …}</c> or <c>{"error": "…"}</c>.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> reply, bool base64)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        WriteItem(writer, reply, base64);
    }

    /// <summary>The array of a pipeline or a transaction.</summary>
    public static void Write(IBufferWriter<byte> output, ReplySet replies, bool base64)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartArray();
        for (var index = 0; index < replies.Count; index++)
        {
            WriteItem(writer, replies[index].Span, base64);
        }

        writer.WriteEndArray();
    }

    private static void WriteItem(Utf8JsonWriter writer, ReadOnlySpan<byte> reply, bool base64)
    {
        var reader = new RespReader(reply);
        reader.Read();
        writer.WriteStartObject();
        writer.WritePropertyName(reader.Kind == (byte)'-' ? "error"u8 : "result"u8);
        WriteElement(writer, ref reader, base64 && reader.Kind != (byte)'-');
        writer.WriteEndObject();
    }

    private static void WriteElement(Utf8JsonWriter writer, ref RespReader reader, bool base64)
    {
        switch (reader.Kind)
        {
            case var _ when reader.IsNull:
                writer.WriteNullValue();
                break;
            case (byte)'*':
                WriteArray(writer, ref reader, base64);
                break;
            case (byte)':' when Utf8Parser.TryParse(reader.Text, out long number, out _):
                writer.WriteNumberValue(number);
                break;
            case var kind when base64 && !(kind == (byte)'+' && reader.Text.SequenceEqual("OK"u8)):
                writer.WriteBase64StringValue(reader.Text);
                break;
            default:
                WriteText(writer, reader.Text);
                break;
        }
    }

    private static void WriteArray(Utf8JsonWriter writer, ref RespReader reader, bool base64)
    {
        writer.WriteStartArray();
        for (var left = reader.Length; left > 0; left--)
        {
            reader.Read();
            WriteElement(writer, ref reader, base64);
        }

        writer.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            writer.WriteStringValue(text);
        }
        else
        {
            writer.WriteStringValue(Encoding.UTF8.GetString(text));
        }
    }
}
