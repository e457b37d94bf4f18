using System.Globalization;
using System.Text;
using CacheKeeper.Cleanup.Reports;

namespace CacheKeeper.Cli;

/// <summary>The report on Redis keys as a person reads it. Pure.</summary>
internal static class KeyReportText
{
    public static string Of(KeyReport report)
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{report.Keys:N0} Redis keys of this project, {CleanupText.Bytes(report.Bytes)}.");
        Section(text, "prefix", report, report.ByPrefix);
        Section(text, "size", report, report.BySize);
        Section(text, "time left", report, report.ByTimeLeft);
        if (report.ByTimeLeft.FirstOrDefault(group => group.Name == "no end") is { } forever)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"\n{forever.Keys:N0} keys have no end and stay for ever: 'cachekeeper cleanup expiry' gives them one.");
        }

        text.Append(report.Foreign == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\n{report.Foreign:N0} keys are not provably this project's and are not counted."));
        return text.ToString().TrimEnd();
    }

    private static void Section(StringBuilder text, string name, KeyReport report, IReadOnlyList<KeyGroup> groups)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"\n{name,-20} {"keys",10} {"share",7} {"bytes",10} {"share",7}");
        foreach (var group in groups)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{group.Name,-20} {group.Keys,10:N0} {Share(group.Keys, report.Keys),7:P1} {CleanupText.Bytes(group.Bytes),10} {Share(group.Bytes, report.Bytes),7:P1}");
        }
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
