namespace CacheKeeper.Cli;

/// <summary>Rows of words, column under column: each as wide as its longest word, two blanks between.</summary>
internal static class ColumnText
{
    private const int Gap = 2;

    /// <param name="rows">The heading first; every row has a word for each column.</param>
    public static string Of(IReadOnlyList<string[]> rows)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length) + Gap).ToArray();
        return string.Join('\n', rows.Select(row => string.Concat(row.Select((word, column) => word.PadRight(widths[column]))).TrimEnd()));
    }
}
