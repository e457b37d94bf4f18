using System.Text;

namespace CacheKeeper.Analytics.Reports;

/// <summary>A report as Markdown: sentences first, tables second.</summary>
internal static class ReportMarkdown
{
    public static string Of(Report report)
    {
        var text = new StringBuilder();
        text.AppendLine($"# {Heading(report)}").AppendLine();
        foreach (var (title, sentences) in ReportSentences.Of(report).Where(part => part.Sentences.Count > 0))
        {
            text.AppendLine($"## {title}").AppendLine();
            text.AppendLine(sentences.Count == 1 ? sentences[0] : string.Join("\n", sentences.Select(sentence => $"- {sentence}"))).AppendLine();
        }

        foreach (var table in ReportTables.Of(report))
        {
            text.AppendLine($"## {table.Title}").AppendLine();
            text.AppendLine(Row(table.Columns)).AppendLine($"|{string.Concat(table.Columns.Select((_, column) => column == 0 ? " --- |" : " ---: |"))}");
            foreach (var row in table.Rows)
            {
                text.AppendLine(Row(row));
            }

            text.AppendLine();
        }

        return text.Append(ReportTables.Source(report)).AppendLine().ToString().ReplaceLineEndings("\n");
    }

    public static string Heading(Report report) => report.Period.Name switch
    {
        "day" => $"{report.Project}: the day until {Figure.Day(report.Period.To)}",
        "week" => $"{report.Project}: the week from {Figure.Day(report.Period.From)} to {Figure.Day(report.Period.To)}",
        _ => $"{report.Project}: the month from {Figure.Day(report.Period.From)} to {Figure.Day(report.Period.To)}",
    };

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal)))} |";
}
