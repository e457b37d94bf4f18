using System.Buffers;
using System.Globalization;
using System.Text;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>Writes RESP: commands on their way to a server, and replies that no server gave.</summary>
internal static class RespWriter
{
    public static void Array(IBufferWriter<byte> output, int length) => Head(output, '*', length);

    public static void Bulk(IBufferWriter<byte> output, ReadOnlySpan<byte> value)
    {
        Head(output, '$', value.Length);
        output.Write(value);
        output.Write("\r\n"u8);
    }

    public static void Command(IBufferWriter<byte> output, params ReadOnlySpan<string> arguments)
    {
        Array(output, arguments.Length);
        foreach (var argument in arguments)
        {
            Bulk(output, Encoding.UTF8.GetBytes(argument));
        }
    }

    /// <summary>An error reply; line ends inside the text become spaces, as the protocol demands.</summary>
    public static byte[] Error(string text) => Encoding.UTF8.GetBytes("-" + text.ReplaceLineEndings(" ") + "\r\n");

    private static void Head(IBufferWriter<byte> output, char kind, int number)
    {
        var span = output.GetSpan(16);
        span[0] = (byte)kind;
        number.TryFormat(span[1..], out var digits, default, CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(span[(digits + 1)..]);
        output.Advance(digits + 3);
    }
}
