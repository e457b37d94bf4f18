using System.Text;

namespace CacheKeeper.Cli;

/// <summary>Lines no wider than the terminal, broken between words; what follows a break stands under the words it belongs to. Pure.</summary>
internal static class WrappedText
{
    private const int Narrowest = 40;
    private const int Hanging = 2;

    /// <param name="width">Columns; a word that is longer stands alone and is left whole, so that it can be copied.</param>
    public static string Of(string text, int width) => string.Join('\n', text.Split('\n').Select(line => Line(line.TrimEnd('\r'), Math.Max(Narrowest, width))));

    private static string Line(string line, int width)
    {
        if (line.Length <= width)
        {
            return line;
        }

        var text = new StringBuilder();
        var indent = new string(' ', Indent(line, width));
        var rest = line.AsSpan();
        while (rest.Length > Room())
        {
            var at = Break(rest, Room());
            if (at < 0)
            {
                break;
            }

            text.Append(text.Length > 0 ? indent : "").Append(rest[..at].TrimEnd()).Append('\n');
            rest = rest[at..].TrimStart();
        }

        return text.Append(text.Length > 0 ? indent : "").Append(rest).ToString();

        int Room() => width - (text.Length > 0 ? indent.Length : 0);
    }

    // Under the second column where there is one (a label or a figure, then a gap), else a little further in than the line itself.
    private static int Indent(string line, int width)
    {
        var from = line.Length - line.TrimStart().Length;
        var gap = line.IndexOf("  ", from, StringComparison.Ordinal);
        var second = gap < 0 ? int.MaxValue : gap + (line.Length - gap - line[gap..].TrimStart().Length);
        return second <= width / 3 ? second : Math.Min(from + Hanging, width / 2);
    }

    // The last space that leaves a line short enough, else the first after it; never within the indentation.
    private static int Break(ReadOnlySpan<char> rest, int room)
    {
        var from = rest.Length - rest.TrimStart().Length;
        var last = rest[..(room + 1)].LastIndexOf(' ');
        var next = rest[(room + 1)..].IndexOf(' ');
        return last > from ? last : next < 0 ? -1 : room + 1 + next;
    }
}
