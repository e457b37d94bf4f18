using System.Globalization;

namespace CacheKeeper.Analytics;

/// <summary>Reads times and values from CSV lines with a header.</summary>
internal static class TimeSeriesText
{
    private const DateTimeStyles AsUtc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>Whole numbers from here on are unix milliseconds, below it seconds.</summary>
    private const long FirstMilliseconds = 100_000_000_000;

    /// <summary>
    /// The named columns; without names <c>timestamp</c> and <c>value</c>, else the first and the second. Empty and unreadable values are NaN.
    /// Throws a usage error for a missing column or an unreadable time.
    /// </summary>
    public static IEnumerable<TimedValue> Parse(IEnumerable<string> lines, string? timeColumn, string? valueColumn)
    {
        (int Time, int Value)? columns = null;
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            var cells = Cells(line);
            if (columns is null)
            {
                columns = (Find(cells, timeColumn, "timestamp", 0), Find(cells, valueColumn, "value", 1));
                continue;
            }

            var (time, value) = columns.Value;
            yield return new(Time(time < cells.Length ? cells[time] : "", number), Number(value < cells.Length ? cells[value] : ""));
        }
    }

    /// <summary>A number, or NaN where the text is none.</summary>
    public static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : double.NaN;

    /// <summary>The cells of a line; quotes around them are taken off (a comma inside quotes is not supported).</summary>
    public static string[] Cells(string line) => Array.ConvertAll(line.Split(','), cell => cell.Trim().Trim('"'));

    /// <summary>A time as we print it.</summary>
    public static string Print(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static int Find(string[] header, string? asked, string usual, int place)
    {
        var found = Array.FindIndex(header, name => name.Equals(asked ?? usual, StringComparison.OrdinalIgnoreCase));
        if (found < 0 && asked is not null)
        {
            throw KeeperException.Usage($"There is no column '{asked}'.", $"The columns are: {string.Join(", ", header)}.");
        }

        if (found < 0 && place >= header.Length)
        {
            throw KeeperException.Usage($"There is no column '{usual}'.", "Name the columns with --time and --value.");
        }

        return found < 0 ? place : found;
    }

    private static DateTimeOffset Time(string text, int line)
    {
        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var unix))
        {
            return unix >= FirstMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(unix) : DateTimeOffset.FromUnixTimeSeconds(unix);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, AsUtc, out var time)
            ? time
            : throw KeeperException.Usage($"Line {line}: '{text}' is no time.", "Times are ISO 8601 (UTC without a zone), or unix seconds or milliseconds; name the column with --time.");
    }
}
