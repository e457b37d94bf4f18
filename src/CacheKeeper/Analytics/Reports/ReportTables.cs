using CacheKeeper.Storage;

namespace CacheKeeper.Analytics.Reports;

/// <summary>The numbers of a report as tables, the same for every format.</summary>
internal static class ReportTables
{
    public static IEnumerable<ReportTable> Of(Report report)
    {
        yield return new("In numbers", ["", "this " + report.Period.Name, "before"], [.. Totals(report)]);
        if (report.Tiers.Count > 0)
        {
            yield return new("Tiers", ["tier", "entries", "bytes", "change", "hit ratio", "p95", "errors", "of its limit"], [.. report.Tiers.Select(Tier)]);
        }

        if (report.Categories.Count > 0)
        {
            yield return new("Categories", ["category", "lookups", "hit ratio", "bytes", "never asked for"], [.. report.Categories.Select(category => new[] { category.Category, Figure.Count(category.Lookups), Figure.Percent(category.HitRatio), Figure.Bytes(category.Bytes), Figure.Bytes(category.UnusedBytes) })]);
        }

        if (report.Jobs.Count > 0)
        {
            yield return new("Runs", ["job", "runs", "done", "degraded", "refused", "failed"], [.. report.Jobs.Select(job => new[] { job.Job, Figure.Count(job.Runs), Figure.Count(job.Done), Figure.Count(job.Degraded), Figure.Count(job.Refused), Figure.Count(job.Failed) })]);
        }

        if (report.Findings.Count > 0)
        {
            yield return new("Findings", ["finding", "severity", "from", "to"], [.. report.Findings.Select(finding => new[] { finding.Message, finding.Severity.ToString().ToLowerInvariant(), Minute(finding.OpenedAt), finding.ClosedAt is { } closed ? Minute(closed) : "open" })]);
        }

        if (report.Depth is { } depth)
        {
            yield return new("In depth", ["", ""],
            [
                ["busiest hour of the week", depth.Busiest ?? Figure.Unknown], ["quietest hour of the week", depth.Quietest ?? Figure.Unknown],
                ["hours inside the 95 % range forecast for them", depth.Compared > 0 ? $"{Figure.Percent(depth.Kept)} of {Figure.Count(depth.Compared)}" : Figure.Unknown],
            ]);
        }
    }

    public static string Source(Report report) =>
        $"Made {UtcTime.Text(report.CreatedAt)} by CacheKeeper from what it stored between {UtcTime.Text(report.Period.From)} and {UtcTime.Text(report.Period.To)}. What each figure means: docs/metrics.md.";

    private static IEnumerable<string[]> Totals(Report report)
    {
        var (now, before) = (report.Totals, report.Before);
        yield return ["lookups", Figure.Count(now.Lookups), Figure.Count(before?.Lookups)];
        yield return ["hit ratio", Figure.Percent(now.HitRatio), Figure.Percent(before?.HitRatio)];
        yield return ["95th percentile of response times", Figure.Milliseconds(now.LatencyP95), Figure.Milliseconds(before?.LatencyP95)];
        yield return ["availability", Figure.Percent(now.Availability, "0.00"), Figure.Percent(before?.Availability, "0.00")];
        yield return ["performance score", Figure.Percent(now.Score, "0"), Figure.Percent(before?.Score, "0")];
        yield return ["tokens saved", Figure.Count(now.TokensSaved), Figure.Count(before?.TokensSaved)];
        yield return ["money saved", Figure.Money(now.MoneySaved, report.Currency), Figure.Money(before?.MoneySaved, report.Currency)];
        yield return ["cost of the tiers", Figure.Money(now.Cost, report.Currency), Figure.Money(before?.Cost, report.Currency)];
        yield return ["hours measured", Figure.Percent(now.Coverage, "0"), before is null ? Figure.Unknown : Figure.Percent(before.Coverage, "0")];
    }

    private static string[] Tier(ReportTier tier) =>
    [
        ReportSentences.TierTitle(tier.Tier), Figure.Count(tier.Entries), Figure.Bytes(tier.Bytes),
        tier.BytesBefore > 0 ? Signed((tier.Bytes - tier.BytesBefore) / tier.BytesBefore) : Figure.Unknown,
        Figure.Percent(tier.HitRatio), Figure.Milliseconds(tier.LatencyP95), Figure.Percent(tier.ErrorRate, "0.00"), tier.LimitBytes > 0 ? Figure.Percent(tier.Bytes / tier.LimitBytes) : Figure.Unknown,
    ];

    private static string Signed(double? share) => share is > 0 ? "+" + Figure.Percent(share) : Figure.Percent(share);

    private static string Minute(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm");
}

/// <summary>A table; its first column is text, the others are numbers.</summary>
internal sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<string[]> Rows);
