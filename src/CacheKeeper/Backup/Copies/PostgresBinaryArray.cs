using System.Buffers;
using System.Buffers.Binary;

namespace CacheKeeper.Backup.Copies;

/// <summary>An array of texts in binary form: dimensions, whether nulls are in it, the elements' type; for each dimension its size and first index; then each element.</summary>
internal static class PostgresBinaryArray
{
    private const int TypeOfText = 25;

    // An element with one of these stands in quotes.
    private static readonly SearchValues<byte> Quoted = SearchValues.Create("{}\"\\ \t\n\r\v\f"u8);

    /// <returns>False for arrays of arrays and those that do not begin at one.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> row)
    {
        if (text is not [(byte)'{', .., (byte)'}'])
        {
            return false;
        }

        var elements = new ArrayBufferWriter<byte>();
        var (count, nulls) = (0, 0);
        for (text = text[1..^1]; !text.IsEmpty; count++)
        {
            if (count > 0)
            {
                if (text[0] != (byte)',')
                {
                    return false;
                }

                text = text[1..];
            }

            if (!TryElement(ref text, elements, out var isNull))
            {
                return false;
            }

            nulls += isNull ? 1 : 0;
        }

        Put(row, count == 0 ? [0, 0, TypeOfText] : [1, nulls > 0 ? 1 : 0, TypeOfText, count, 1]);
        row.Write(elements.WrittenSpan);
        return true;
    }

    private static bool TryElement(ref ReadOnlySpan<byte> text, ArrayBufferWriter<byte> elements, out bool isNull)
    {
        isNull = false;
        if (text is [(byte)'"', ..])
        {
            return TryQuoted(ref text, elements);
        }

        var end = text.IndexOf((byte)',');
        var element = end < 0 ? text : text[..end];
        text = text[element.Length..];
        if (element.IsEmpty || element.ContainsAny(Quoted))
        {
            return false;
        }

        isNull = element.SequenceEqual("NULL"u8);
        Put(elements, [isNull ? -1 : element.Length]);
        elements.Write(isNull ? default : element);
        return true;
    }

    private static bool TryQuoted(ref ReadOnlySpan<byte> text, ArrayBufferWriter<byte> elements)
    {
        var (plain, length) = (new byte[text.Length], 0);
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == (byte)'"')
            {
                Put(elements, [length]);
                elements.Write(plain.AsSpan(0, length));
                text = text[(at + 1)..];
                return true;
            }

            at += text[at] == (byte)'\\' ? 1 : 0;
            if (at < text.Length)
            {
                plain[length++] = text[at];
            }
        }

        return false;
    }

    private static void Put(ArrayBufferWriter<byte> row, ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt32BigEndian(row.GetSpan(4), number);
            row.Advance(4);
        }
    }
}
