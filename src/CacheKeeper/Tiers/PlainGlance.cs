using System.Buffers;
using System.Text;

namespace CacheKeeper.Tiers;

/// <summary>What is asked for each key.</summary>
/// <param name="Memory">MEMORY USAGE; STRLEN where the server does not tell it.</param>
/// <param name="Idle">OBJECT IDLETIME; unknown where the server does not tell it (an LFU policy).</param>
internal readonly record struct GlanceForm(bool Memory, bool Idle)
{
    public static readonly GlanceForm Whole = new(true, true);

    public int CommandsAKey => Idle ? 3 : 2;
}

/// <summary>Plain commands that tell of each key what the glancing script tells, and their replies.</summary>
internal static class PlainGlance
{
    private const int BytesAKey = 256;
    private const long Gone = -2;

    public static ReadOnlyMemory<byte> Commands(IReadOnlyList<EntryHead> keys, GlanceForm form)
    {
        var request = new ArrayBufferWriter<byte>(keys.Count * BytesAKey);
        foreach (var head in keys)
        {
            var key = RedisKey.ToKey(head.Id);
            request.Write(form.Memory ? "*3\r\n$6\r\nMEMORY\r\n$5\r\nUSAGE\r\n"u8 : "*2\r\n$6\r\nSTRLEN\r\n"u8);
            RespText.WriteArgument(request, key);
            if (form.Idle)
            {
                request.Write("*3\r\n$6\r\nOBJECT\r\n$8\r\nIDLETIME\r\n"u8);
                RespText.WriteArgument(request, key);
            }

            request.Write("*2\r\n$11\r\nPEXPIRETIME\r\n"u8);
            RespText.WriteArgument(request, key);
        }

        return request.WrittenMemory;
    }

    /// <summary>Adds the heads of the keys that still stand.</summary>
    /// <returns>What to ask for instead when the server does not tell something, and heads of no use; null when it told everything.</returns>
    /// <exception cref="TierException">The user may not ask for expiries.</exception>
    public static GlanceForm? Read(ReadOnlySpan<byte> replies, IReadOnlyList<EntryHead> keys, GlanceForm form, List<EntryHead> heads)
    {
        foreach (var key in keys)
        {
            var bytes = Take(ref replies, out var error);
            if (form.Memory && error.Length > 0)
            {
                return form with { Memory = false };
            }

            var idle = -1L;
            if (form.Idle)
            {
                idle = Take(ref replies, out error) ?? -1;
                if (error.Length > 0)
                {
                    return form with { Idle = false };
                }
            }

            var ends = Take(ref replies, out error);
            if (error.Length > 0)
            {
                RedisCommandClient.Checked("look", new RedisReply { Error = Encoding.UTF8.GetString(error) });
            }

            if (ends != Gone)
            {
                heads.Add(GlanceReply.Head(key, ends ?? 0, bytes ?? 0, idle));
            }
        }

        return null;
    }

    private static long? Take(ref ReadOnlySpan<byte> replies, out ReadOnlySpan<byte> error)
    {
        var (kind, number) = RespText.TakeHeader(ref replies, out var text);
        error = RespText.IsError(kind) ? text : default;
        return RespText.IsWhole(kind) ? number : null;
    }
}
