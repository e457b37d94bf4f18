using System.Buffers;

namespace CacheKeeper.Tiers;

/// <summary>
/// Values and expiries of some keys in one transaction, so that they belong together. A text comes by GETRANGE, which tells its type and is bounded: nobody knows
/// beforehand how large a value is, and a page of the largest would fill the server's memory.
/// </summary>
internal static class TransactionReply
{
    /// <summary>A text of so many bytes or more is left for a reading that counts bytes.</summary>
    public const int MostBytes = 32 * 1024;

    private const int BytesAKey = 160;
    private const long Gone = -2;

    /// <summary>Replies that a transaction over so many keys gets: one for each command.</summary>
    public static int Replies(int keys) => (2 * keys) + 2;

    public static ReadOnlyMemory<byte> Command(IReadOnlyList<EntryHead> keys)
    {
        var request = new ArrayBufferWriter<byte>((keys.Count + 1) * BytesAKey);
        request.Write("*1\r\n$5\r\nMULTI\r\n"u8);
        foreach (var head in keys)
        {
            var key = RedisKey.ToKey(head.Id);
            request.Write("*4\r\n$8\r\nGETRANGE\r\n"u8);
            RespText.WriteArgument(request, key);
            request.Write("$1\r\n0\r\n$5\r\n32767\r\n*2\r\n$11\r\nPEXPIRETIME\r\n"u8);
            RespText.WriteArgument(request, key);
        }

        request.Write("*1\r\n$4\r\nEXEC\r\n"u8);
        return request.WrittenMemory;
    }

    /// <summary>Adds the texts to the values, and keys that are no texts or large ones to the others; keys that are gone are neither.</summary>
    /// <returns>False, and nothing of use, when the server did not let the transaction through.</returns>
    /// <exception cref="FormatException">These are no replies.</exception>
    public static bool TryRead(ReadOnlyMemory<byte> answer, IReadOnlyList<EntryHead> keys, List<RedisValue> values, List<EntryHead> others)
    {
        var rest = answer.Span;
        for (var queued = 1 + (2 * keys.Count); queued > 0; queued--)
        {
            if (RespText.IsError(RespText.TakeHeader(ref rest, out _).Kind))
            {
                return false;
            }
        }

        var (kind, items) = RespText.TakeHeader(ref rest, out _);
        if (!RespText.IsArray(kind) || items != 2 * keys.Count)
        {
            return false;
        }

        foreach (var key in keys)
        {
            if (!TryReadOne(answer, ref rest, key, values, others))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadOne(ReadOnlyMemory<byte> answer, ref ReadOnlySpan<byte> rest, EntryHead key, List<RedisValue> values, List<EntryHead> others)
    {
        var (kind, length) = RespText.TakeHeader(ref rest, out var said);
        var isText = RespText.IsBulk(kind) && length >= 0;
        if (!isText && !said.StartsWith("WRONGTYPE"u8))
        {
            return false;
        }

        var content = isText ? answer.Slice(answer.Length - rest.Length, (int)length) : default;
        if (isText)
        {
            RespText.TakeBytes(ref rest, (int)length);
        }

        var (number, ends) = RespText.TakeHeader(ref rest, out _);
        if (RespText.IsError(number))
        {
            return false;
        }

        if (ends != Gone)
        {
            if (isText && length < MostBytes)
            {
                values.Add(new RedisValue(key, "string", ends > 0 ? ends : null, content));
            }
            else
            {
                others.Add(key);
            }
        }

        return true;
    }
}
