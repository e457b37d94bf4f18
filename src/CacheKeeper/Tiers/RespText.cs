using System.Buffers;
using System.Globalization;
using System.Text;

namespace CacheKeeper.Tiers;

/// <summary>RESP 2 as bytes: commands written, replies measured and read.</summary>
internal static class RespText
{
    private const int HeaderBytes = 16;
    private const byte Array = (byte)'*';
    private const byte Bulk = (byte)'$';
    private const byte Simple = (byte)'+';
    private const byte Failed = (byte)'-';
    private const byte Whole = (byte)':';

    /// <summary>Writes one command; arguments are text (UTF-8), bytes or numbers.</summary>
    public static void Write(IBufferWriter<byte> request, params ReadOnlySpan<object> command)
    {
        WriteHeader(request, Array, command.Length);
        foreach (var argument in command)
        {
            WriteArgument(request, argument is byte[] bytes ? bytes : Encoding.UTF8.GetBytes(argument.ToString()!));
        }
    }

    public static void WriteHeader(IBufferWriter<byte> request, byte kind, int number)
    {
        var room = request.GetSpan(HeaderBytes);
        room[0] = kind;
        number.TryFormat(room[1..], out var digits, provider: CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(room[(digits + 1)..]);
        request.Advance(digits + 3);
    }

    public static void WriteArgument(IBufferWriter<byte> request, ReadOnlySpan<byte> argument)
    {
        WriteHeader(request, Bulk, argument.Length);
        request.Write(argument);
        request.Write("\r\n"u8);
    }

    /// <summary>Takes one reply off, with everything in it.</summary>
    /// <exception cref="FormatException">It is none, or not whole.</exception>
    public static RedisReply Take(ref ReadOnlySpan<byte> replies)
    {
        var (kind, number) = TakeHeader(ref replies, out var text);
        switch (kind)
        {
            case Failed:
                return new RedisReply { Error = Encoding.UTF8.GetString(text) };
            case Whole:
                return new RedisReply { Integer = number };
            case Simple:
                return new RedisReply { Bytes = text.ToArray() };
            case Bulk:
                return number < 0 ? RedisReply.Null : new RedisReply { Bytes = TakeBytes(ref replies, (int)number).ToArray() };
            default:
                return number < 0 ? RedisReply.Null : new RedisReply { Items = TakeItems(ref replies, (int)number) };
        }
    }

    /// <summary>Takes a reply's first line off: what kind it is, and the number of an integer, or of bytes or items that follow.</summary>
    /// <exception cref="FormatException">There is no such line.</exception>
    public static (byte Kind, long Number) TakeHeader(ref ReadOnlySpan<byte> replies, out ReadOnlySpan<byte> text) =>
        TryTakeHeader(ref replies, out var kind, out var number, out text) ? (kind, number) : throw Nonsense();

    /// <summary>Takes the bytes that a header announced, and the line's end behind them.</summary>
    public static ReadOnlySpan<byte> TakeBytes(ref ReadOnlySpan<byte> replies, int length)
    {
        if (length + 2 > replies.Length)
        {
            throw Nonsense();
        }

        var bytes = replies[..length];
        replies = replies[(length + 2)..];
        return bytes;
    }

    /// <summary>False when the line is not whole yet.</summary>
    public static bool TryTakeHeader(ref ReadOnlySpan<byte> replies, out byte kind, out long number, out ReadOnlySpan<byte> text)
    {
        kind = 0;
        number = 0;
        text = default;
        var end = replies.IndexOf("\r\n"u8);
        if (end < 1)
        {
            return end == 0 ? throw Nonsense() : false;
        }

        kind = replies[0];
        text = replies[1..end];
        replies = replies[(end + 2)..];
        return kind is Simple or Failed || (kind is Array or Bulk or Whole && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && (kind == Whole || number is >= -1 and <= int.MaxValue - HeaderBytes))
            ? true
            : throw Nonsense();
    }

    public static FormatException Nonsense() => new("the answer is no RESP");

    public static bool IsBulk(byte kind) => kind == Bulk;

    public static bool IsArray(byte kind) => kind == Array;

    public static bool IsWhole(byte kind) => kind == Whole;

    public static bool IsError(byte kind) => kind == Failed;

    private static RedisReply[] TakeItems(ref ReadOnlySpan<byte> replies, int count)
    {
        var items = new List<RedisReply>();
        for (var i = 0; i < count; i++)
        {
            items.Add(Take(ref replies));
        }

        return [.. items];
    }
}
