using System.Globalization;

namespace CacheKeeper.Analytics;

/// <summary>Where a CSV file of one series keeps its times and values.</summary>
/// <param name="HasHeader">Whether the first line names the columns rather than being the first row.</param>
internal sealed record SeriesColumns(char Separator, int Time, int Value, bool HasHeader)
{
    /// <summary>
    /// Finds the columns in the first line: by name where names were given, by the names <c>timestamp</c> and <c>value</c> else, and
    /// otherwise the first two. Null where a name that was given does not occur.
    /// </summary>
    public static SeriesColumns? Find(string firstLine, string? timeName, string? valueName)
    {
        var separator = CsvLine.SeparatorOf(firstLine);
        var names = CsvLine.Split(firstLine, separator);
        var time = Index(names, timeName ?? "timestamp");
        var value = Index(names, valueName ?? "value");
        if ((timeName is not null && time < 0) || (valueName is not null && value < 0))
        {
            return null;
        }

        var hasHeader = time >= 0 || value >= 0 || !IsRow(names);
        time = time >= 0 ? time : value == 0 ? 1 : 0;
        return new SeriesColumns(separator, time, value >= 0 ? value : time == 0 ? 1 : 0, hasHeader);
    }

    /// <summary>The two fields of a row as they are written; a field that is not there is empty.</summary>
    public (string Time, string Value) Read(string line)
    {
        var fields = CsvLine.Split(line, Separator);
        return (fields.ElementAtOrDefault(Time)?.Trim() ?? "", fields.ElementAtOrDefault(Value)?.Trim() ?? "");
    }

    /// <summary>Null where the text is no finite number.</summary>
    public static double? ParseValue(string text) =>
        double.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static int Index(IReadOnlyList<string> names, string wanted)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (string.Equals(names[i].Trim(), wanted, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsRow(IReadOnlyList<string> fields) => fields.Count > 1 && TimeText.Parse(fields[0]) is not null;
}
