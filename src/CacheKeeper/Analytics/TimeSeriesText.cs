using System.Globalization;
using CacheKeeper.Metrics;

namespace CacheKeeper.Analytics;

/// <summary>A series as it stands in a CSV file.</summary>
internal static class TimeSeriesText
{
    /// <summary>
    /// The rows of the named columns (see <see cref="SeriesColumns"/> for those without names); empty and unreadable values are NaN.
    /// Throws a usage error for a missing column or an unreadable time.
    /// </summary>
    public static IEnumerable<TimedValue> Parse(IEnumerable<string> lines, string? timeColumn, string? valueColumn)
    {
        SeriesColumns? columns = null;
        foreach (var (number, line) in lines.Index().Where(line => line.Item.Length > 0))
        {
            var header = columns is null;
            columns ??= SeriesColumns.Find(line, timeColumn, valueColumn)
                ?? throw KeeperException.Usage($"The file has no such column; it has: {line}", "Name the columns with --time and --value.");
            if (header && columns.HasHeader)
            {
                continue;
            }

            var (time, value) = columns.Read(line);
            yield return new(
                TimeText.Parse(time) ?? throw KeeperException.Usage($"Line {number + 1}: '{time}' is no time.", "Times are ISO 8601 (UTC without a zone) or unix times; name the column with --time."),
                SeriesColumns.ParseValue(value) ?? double.NaN);
        }
    }

    /// <summary>A series in one line, <c>id,v1,v2,…</c>; empty cells at the end are not part of it, other empty cells are unknown values.</summary>
    public static (string Id, double[] Values) ParseWide(string line)
    {
        var cells = CsvLine.Split(line, ',');
        var last = cells.Count;
        while (last > 1 && string.IsNullOrWhiteSpace(cells[last - 1]))
        {
            last--;
        }

        return (cells[0], [.. cells.Take(last).Skip(1).Select(cell => SeriesColumns.ParseValue(cell) ?? double.NaN)]);
    }

    /// <summary>A time as we print it.</summary>
    public static string Print(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
