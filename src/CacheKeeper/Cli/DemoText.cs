using System.Text;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary>The demo's closing words and table: pure.</summary>
internal static class DemoText
{
    public static string Of(string project, IReadOnlyList<DemoRow> rows, ClientCounters? counters, RunRecord? cleaned, RunRecord? undone, bool hasRecord)
    {
        var text = new StringBuilder().AppendLine();
        var well = rows.All(row => row.Health == "healthy");
        text.Append(well ? $"The cache of {project} is healthy." : $"Not all of the cache of {project} is well.");
        text.AppendLine(counters?.HitRatio() is { } ratio
            ? $" {ratio:P1} of {counters.Lookups():N0} lookups were answered from it."
            : hasRecord ? " No lookups have been counted yet (--traffic TRACE sends some)." : "");
        text.AppendLine();
        text.AppendLine("tier          entries      bytes  hit ratio     p95 ms   planned   removed  restored  requests  commands  health");
        foreach (var row in rows)
        {
            text.AppendLine(
                $"{row.Tier.Title(),-11}{Number(row.Entries),10}{(row.Bytes is { } bytes ? CleanupText.Bytes(bytes) : "–"),11}{(row.HitRatio is { } hits ? hits.ToString("P1") : "–"),11}"
                + $"{(row.P95Milliseconds is { } p95 ? p95.ToString("0.0") : "–"),11}{Number(row.Planned),10}{Number(row.Removed),10}{Number(row.Restored),10}{row.Requests,10:N0}{row.Commands,10:N0}  {row.Health}");
        }

        text.AppendLine().AppendLine($"Cleanup: {cleaned?.Reason}");
        if (undone is not null)
        {
            text.AppendLine($"Undo:    {undone.Reason}");
        }

        return text.ToString().TrimEnd();
    }

    private static string Number(long? value) => value is { } number ? number.ToString("N0") : "–";
}
