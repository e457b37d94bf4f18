namespace CacheKeeper.Dashboard.Pages;

/// <summary>A table where there is room; on a phone a card for each row, which is why every cell carries its column's heading.</summary>
internal static class Grid
{
    /// <param name="label">What it is a table of, for who cannot see it.</param>
    /// <param name="columns">Headings; the first column names the row.</param>
    /// <param name="cells">A row's cells, one for each column.</param>
    public static Html Of<T>(string label, IReadOnlyList<Column> columns, IEnumerable<T> rows, Func<T, Html[]> cells) => Html.Of($"""
        <div class="wide" tabindex="0" role="region" aria-label="{label}"><table role="table">
        <thead role="rowgroup"><tr role="row">{Html.Each(columns, Heading)}</tr></thead>
        <tbody role="rowgroup">{Html.Each(rows, row => Html.Of($"<tr role=\"row\">{Html.Each(columns.Zip(cells(row)), pair => Cell(pair.First, pair.Second))}</tr>\n"))}</tbody></table></div>
        """);

    private static Html Heading(Column column) => Html.Of($"<th scope=\"col\" role=\"columnheader\"{Class(column)}>{column.Name}</th>");

    private static Html Cell(Column column, Html content) => Html.Of($"<td role=\"cell\" data-label=\"{column.Name}\"{Class(column)}>{content}</td>");

    private static Html Class(Column column) => column.Kind switch
    {
        ColumnKind.Number => Html.Of($" class=\"number\""),
        ColumnKind.Prose => Html.Of($" class=\"prose\""),
        _ => Html.None,
    };
}

/// <summary>A column by its heading.</summary>
internal sealed record Column(string Name, ColumnKind Kind = ColumnKind.Words)
{
    public static implicit operator Column(string name) => new(name);

    /// <summary>Figures, one under the other.</summary>
    public static Column Number(string name) => new(name, ColumnKind.Number);

    /// <summary>Sentences, which get the room that is left.</summary>
    public static Column Prose(string name) => new(name, ColumnKind.Prose);
}

/// <summary>What stands in a column.</summary>
internal enum ColumnKind
{
    Words,
    Number,
    Prose,
}
