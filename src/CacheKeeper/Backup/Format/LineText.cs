using System.Buffers;
using System.Text;

namespace CacheKeeper.Backup.Format;

/// <summary>
/// Entries travel as lines: fields between tabs, a newline at the end, as PostgreSQL's COPY writes them. <c>\N</c> is null. A line that begins with
/// <c>!</c> tells that the entry of that id is gone.
/// </summary>
internal static class LineText
{
    public const byte Gone = (byte)'!';
    private const int SmallBytes = 256;
    private const byte Tab = (byte)'\t';
    private const byte Newline = (byte)'\n';
    private const byte Backslash = (byte)'\\';

    /// <summary>Writes one field, escaped; a null one as <c>\N</c>.</summary>
    public static void Write(IBufferWriter<byte> line, ReadOnlySpan<byte> field, bool first = false)
    {
        if (!first)
        {
            line.Write("\t"u8);
        }
        else if (field is [Gone, ..])
        {
            line.Write("\\!"u8);
            field = field[1..];
        }

        while (field.IndexOfAny("\\\n\r\t"u8) is >= 0 and var at)
        {
            line.Write(field[..at]);
            line.Write(field[at] switch { Newline => "\\n"u8, Tab => "\\t"u8, Backslash => "\\\\"u8, _ => "\\r"u8 });
            field = field[(at + 1)..];
        }

        line.Write(field);
    }

    public static void Write(IBufferWriter<byte> line, string? field, bool first = false)
    {
        if (field is null)
        {
            line.Write(first ? "\\N"u8 : "\t\\N"u8);
        }
        else
        {
            Span<byte> small = stackalloc byte[SmallBytes];
            Write(line, Encoding.UTF8.TryGetBytes(field, small, out var length) ? small[..length] : Encoding.UTF8.GetBytes(field), first);
        }
    }

    public static void Write(IBufferWriter<byte> line, long? field)
    {
        Span<byte> small = stackalloc byte[SmallBytes];
        if (field is { } number && number.TryFormat(small, out var length, default, System.Globalization.CultureInfo.InvariantCulture))
        {
            Write(line, small[..length]);
        }
        else
        {
            line.Write("\t\\N"u8);
        }
    }

    public static void End(IBufferWriter<byte> line) => line.Write("\n"u8);

    /// <summary>The field's bytes as they were; null for <c>\N</c>.</summary>
    public static byte[]? Unescape(ReadOnlySpan<byte> field)
    {
        if (field.SequenceEqual("\\N"u8))
        {
            return null;
        }

        if (!field.Contains(Backslash))
        {
            return field.ToArray();
        }

        var (plain, length) = (new byte[field.Length], 0);
        for (var i = 0; i < field.Length; i++)
        {
            plain[length++] = field[i] != Backslash || ++i == field.Length ? field[i < field.Length ? i : field.Length - 1] : field[i] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => Newline,
                (byte)'r' => (byte)'\r',
                (byte)'t' => Tab,
                (byte)'v' => (byte)'\v',
                var other => other,
            };
        }

        return plain.AsSpan(0, length).ToArray();
    }

    public static string? Text(ReadOnlySpan<byte> field) => Unescape(field) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The field at a position, still escaped; empty when the line has fewer.</summary>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, int position)
    {
        line = line is [.., Newline] ? line[..^1] : line;
        for (; position > 0; position--)
        {
            var tab = line.IndexOf(Tab);
            if (tab < 0)
            {
                return default;
            }

            line = line[(tab + 1)..];
        }

        var end = line.IndexOf(Tab);
        return end < 0 ? line : line[..end];
    }

    /// <summary>How many fields the line has.</summary>
    public static int CountFields(ReadOnlySpan<byte> line) => line.Count(Tab) + 1;

    public static bool IsGone(ReadOnlySpan<byte> line) => line is [Gone, ..];

    /// <summary>The id as it stands in the line, still escaped, also of a line that tells of a gone entry.</summary>
    public static ReadOnlySpan<byte> Id(ReadOnlySpan<byte> line) => Field(IsGone(line) ? line[1..] : line, 0);
}
