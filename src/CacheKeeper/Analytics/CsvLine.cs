using System.Text;

namespace CacheKeeper.Analytics;

/// <summary>Takes one line of a CSV file apart and puts fields together again (RFC 4180 quoting, one line a record).</summary>
internal static class CsvLine
{
    private static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>The separator a header line uses most; a comma when none stands out.</summary>
    public static char SeparatorOf(string header) => Separators.MaxBy(separator => header.Count(letter => letter == separator));

    public static IReadOnlyList<string> Split(string line, char separator)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var letter = line[i];
            if (letter == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append(line[++i]);
            }
            else if (letter == '"')
            {
                quoted = !quoted;
            }
            else if (letter == separator && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(letter);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }

    /// <summary>The field as it stands in a comma-separated file.</summary>
    public static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
