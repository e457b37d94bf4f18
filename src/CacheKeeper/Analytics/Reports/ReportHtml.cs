using System.Text;

namespace CacheKeeper.Analytics.Reports;

/// <summary>A report as one self-contained page: no script, nothing fetched, readable in the dark, on a phone and on paper.</summary>
internal static class ReportHtml
{
    private const string Style = """
        :root{--ink:#1c2024;--soft:#5b6570;--line:#dfe3e8;--paper:#fff;--card:#f7f8fa;--accent:#2460a7;--range:#2460a722}
        @media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa4ae;--line:#343b43;--paper:#15181c;--card:#1d2227;--accent:#7fb2ef;--range:#7fb2ef2e}}
        @media print{:root{--ink:#000;--soft:#444;--line:#ccc;--paper:#fff;--card:#fff;--accent:#1b4f91;--range:#1b4f9122}main{padding:0}section,figure,table{break-inside:avoid}}
        *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}h1{font-size:1.6rem;line-height:1.25;margin:0 0 1.5rem}h2{font-size:1.05rem;margin:1.75rem 0 .4rem}
        p,ul{margin:.25rem 0}ul{padding-left:1.1rem}li{margin:.15rem 0}.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:1rem;margin:1.75rem 0}
        figure{margin:0;padding:.75rem .75rem .5rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}figcaption{font-size:.85rem;font-weight:600;margin-bottom:.35rem}
        svg{width:100%;height:auto;display:block}svg text{font-size:15px;fill:var(--soft)}.grid{stroke:var(--line);stroke-width:1}.measured{fill:none;stroke:var(--accent);stroke-width:1.6;stroke-linejoin:round}
        circle.measured{fill:var(--accent)}.expected{fill:none;stroke:var(--accent);stroke-width:1.4;stroke-dasharray:4 3}.range{fill:var(--range)}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}td:not(:first-child){white-space:nowrap}
        th{font-weight:600;color:var(--soft)}th:first-child,td:first-child{text-align:left;padding-left:0}.findings td,.findings th{text-align:left}.fine{color:var(--soft);font-size:.85rem;margin-top:2rem}
        """;

    public static string Of(Report report)
    {
        var page = new StringBuilder();
        page.Append($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <title>{Text(ReportMarkdown.Heading(report))}</title><style>
            {Style}
            </style></head><body><main>
            <h1>{Text(ReportMarkdown.Heading(report))}</h1>

            """);
        foreach (var (title, sentences) in ReportSentences.Of(report).Where(part => part.Sentences.Count > 0))
        {
            page.Append($"<section><h2>{Text(title)}</h2>{(sentences.Count == 1 ? $"<p>{Text(sentences[0])}</p>" : $"<ul>{string.Concat(sentences.Select(sentence => $"<li>{Text(sentence)}</li>"))}</ul>")}</section>\n");
        }

        if (report.Series.Count > 0)
        {
            page.Append("<div class=\"figures\">\n");
            foreach (var series in report.Series)
            {
                page.Append($"<figure><figcaption>{Text(series.Title)}</figcaption>{SvgChart.Of(series, report.Currency)}</figure>\n");
            }

            page.Append("</div>\n");
        }

        foreach (var table in ReportTables.Of(report))
        {
            page.Append($"<section><h2>{Text(table.Title)}</h2><div class=\"scroll\"><table{(table.Title == "Findings" ? " class=\"findings\"" : "")}><thead><tr>{string.Concat(table.Columns.Select(column => $"<th scope=\"col\">{Text(column)}</th>"))}</tr></thead><tbody>");
            foreach (var row in table.Rows)
            {
                page.Append($"<tr>{string.Concat(row.Select(cell => $"<td>{Text(cell)}</td>"))}</tr>");
            }

            page.Append("</tbody></table></div></section>\n");
        }

        return page.Append($"<p class=\"fine\">{Text(ReportTables.Source(report))} Dashed lines are forecasts, shaded their 95 % range.</p>\n</main></body></html>\n").ToString().ReplaceLineEndings("\n");
    }

    private static string Text(string text) => Markup.Escape(text);
}
