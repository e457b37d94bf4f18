using System.Buffers;
using System.Buffers.Binary;

namespace CacheKeeper.Backup.Copies;

/// <summary>A numeric in binary form: groups of four digits, the first one's weight, the sign, and how many decimals are shown.</summary>
internal static class PostgresBinaryNumber
{
    private const int Group = 4;
    private const short Negative = 0x4000;
    private const int MostDigits = 1000;

    /// <returns>False for what is no plain number: NaN, infinities, more than a thousand digits.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> row)
    {
        var isNegative = text is [(byte)'-', ..];
        text = isNegative ? text[1..] : text;
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var decimals = point < 0 ? default : text[(point + 1)..];
        if (whole.IsEmpty || text.Length > MostDigits || (point >= 0 && decimals.IsEmpty) || whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') || decimals.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        // Both sides of the point are filled up to whole groups: on the left by starting within one, on the right by zeros.
        Span<short> groups = stackalloc short[(MostDigits / Group) + 2];
        groups.Clear();
        var (before, after) = ((whole.Length + Group - 1) / Group, (decimals.Length + Group - 1) / Group);
        for (var at = 0; at < whole.Length; at++)
        {
            Add(groups, (before * Group) - whole.Length + at, whole[at]);
        }

        for (var at = 0; at < decimals.Length; at++)
        {
            Add(groups, (before * Group) + at, decimals[at]);
        }

        for (var missing = (after * Group) - decimals.Length; missing > 0; missing--)
        {
            groups[before + after - 1] *= 10;
        }

        var used = groups[..(before + after)].Trim((short)0);
        var first = used.IsEmpty ? 0 : groups.IndexOfAnyExcept((short)0);
        var room = row.GetSpan(8 + (2 * used.Length));
        BinaryPrimitives.WriteInt16BigEndian(room, (short)used.Length);
        BinaryPrimitives.WriteInt16BigEndian(room[2..], used.IsEmpty ? (short)0 : (short)(before - 1 - first));
        BinaryPrimitives.WriteInt16BigEndian(room[4..], isNegative && !used.IsEmpty ? Negative : (short)0);
        BinaryPrimitives.WriteInt16BigEndian(room[6..], (short)decimals.Length);
        for (var at = 0; at < used.Length; at++)
        {
            BinaryPrimitives.WriteInt16BigEndian(room[(8 + (2 * at))..], used[at]);
        }

        row.Advance(8 + (2 * used.Length));
        return true;
    }

    // A group's digits come one by one.
    private static void Add(Span<short> groups, int digit, byte value) => groups[digit / Group] = (short)((groups[digit / Group] * 10) + value - '0');
}
