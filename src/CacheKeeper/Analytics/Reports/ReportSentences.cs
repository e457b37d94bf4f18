using CacheKeeper.Metrics;

namespace CacheKeeper.Analytics.Reports;

/// <summary>A report in sentences: what happened, what we did, what it was worth, what comes, what to decide.</summary>
internal static class ReportSentences
{
    private const double Noticeable = 0.005;
    private const double Covered = 0.95;
    private const int MostFindings = 5;

    public static IReadOnlyList<(string Title, IReadOnlyList<string> Sentences)> Of(Report report) =>
    [
        ("What happened", [.. Happened(report)]),
        ("What we did", [.. Did(report)]),
        ("What it was worth", [.. Worth(report)]),
        ("What comes", [.. Comes(report)]),
        ("What to decide", [.. Decide(report)]),
    ];

    private static IEnumerable<string> Happened(Report report)
    {
        var (totals, before) = (report.Totals, report.Before);
        yield return totals.HitRatio is { } ratio
            ? $"{Figure.Percent(ratio)} of {Figure.Count(totals.Lookups)} lookups were answered from the cache{Than(ratio, before?.HitRatio, report.Period.Name)}."
            : "No lookups were counted: the gateway does not use the client, or nobody asked.";
        if (totals.Availability is { } availability)
        {
            yield return totals.UnavailableMinutes > 0.5
                ? $"A tier could answer {Figure.Percent(availability, "0.00")} of the lookups; without any answer it was as if for {Figure.Count(totals.UnavailableMinutes)} minutes."
                : $"A tier could answer {Figure.Percent(availability, "0.00")} of the lookups.";
        }

        if (totals.LatencyP95 is { } p95)
        {
            yield return $"95 % of the lookups took at most {Figure.Milliseconds(p95)}{(before?.LatencyP95 is { } was ? $" ({Figure.Milliseconds(was)} the {report.Period.Name} before)" : "")}.";
        }

        foreach (var finding in report.Findings.Take(MostFindings))
        {
            yield return finding.Message;
        }

        if (report.Findings.Count > MostFindings)
        {
            yield return $"{report.Findings.Count - MostFindings} more findings stand below.";
        }

        if (totals.Coverage < Covered)
        {
            yield return $"Only {Figure.Percent(totals.Coverage, "0")} of the hours were measured; what is said here is said of those.";
        }
    }

    private static IEnumerable<string> Did(Report report)
    {
        var changed = report.Jobs.Where(job => job.Done + job.Degraded > 0).ToList();
        yield return changed.Count == 0 ? "Nothing ran." : $"{string.Join(", ", changed.Select(job => $"{job.Job} {job.Done + job.Degraded} {(job.Done + job.Degraded == 1 ? "time" : "times")}"))}.";
        foreach (var job in report.Jobs.Where(job => job.Failed + job.Refused > 0))
        {
            yield return $"{job.Job} {string.Join(" and ", Ends(job))}{(job.LastReason is { } reason ? $", the last time because: {reason.TrimEnd('.')}" : "")}.";
        }
    }

    private static IEnumerable<string> Ends(ReportRuns job)
    {
        if (job.Failed > 0)
        {
            yield return $"failed {job.Failed} of {job.Runs} times";
        }

        if (job.Refused > 0)
        {
            yield return $"was refused by a guard {job.Refused} of {job.Runs} times";
        }
    }

    private static IEnumerable<string> Worth(Report report)
    {
        var totals = report.Totals;
        if (totals.Hits is { } hits)
        {
            yield return totals.MoneySaved is { } saved
                ? $"{Figure.Count(hits)} requests to the model were saved, about {Figure.Count(totals.TokensSaved)} tokens or {Figure.Money(saved, report.Currency)}."
                : $"{Figure.Count(hits)} requests to the model were saved, about {Figure.Count(totals.TokensSaved)} tokens; what they would have cost is unknown until metrics.prices.per1KTokens is set.";
        }

        if (totals.Cost is { } cost)
        {
            yield return $"The tiers cost {Figure.Money(cost, report.Currency)}{(totals.KeeperCost is { } own ? $", of it {Figure.Money(own, report.Currency)} for the keeper's own calls" : "")}.";
        }
    }

    private static IEnumerable<string> Comes(Report report)
    {
        if (report.Forecasts.Count == 0)
        {
            yield return "There is not enough history yet to say.";
        }

        foreach (var forecast in report.Forecasts.Where(forecast => forecast.Limit is not null || !forecast.Series.EndsWith("_size", StringComparison.Ordinal)))
        {
            var unit = MetricCatalogue.Keeper.Find(forecast.Series)?.Unit ?? MetricUnit.Count;
            yield return $"{Title(forecast.Series)} will be {Figure.Of(forecast.Value, unit, report.Currency)} on {Figure.Day(forecast.At)} ({Figure.Of(forecast.Lower95, unit, report.Currency)} to {Figure.Of(forecast.Upper95, unit, report.Currency)}); it is {Figure.Of(forecast.Now, unit, report.Currency)} now.{Limit(forecast)}";
        }
    }

    private static IEnumerable<string> Decide(Report report)
    {
        var open = report.Findings.Where(finding => finding is { Open: true, Severity: > FindingSeverity.Info }).ToList();
        foreach (var finding in open)
        {
            yield return $"{finding.Message} {(finding.Recommendations.Count > 0 ? finding.Recommendations[0] + "." : "")}";
        }

        foreach (var forecast in report.Forecasts.Where(forecast => forecast.Limit?.Expected is not null))
        {
            yield return $"Before {Figure.Day(forecast.Limit!.Expected!.Value)}: raise the limit of {Title(forecast.Series)}, or shorten lifetimes (cachekeeper optimizer analyze).";
        }

        if (open.Count == 0 && report.Forecasts.All(forecast => forecast.Limit?.Expected is null))
        {
            yield return "Nothing.";
        }
    }

    public static string Title(string series) => series switch
    {
        "size" => "The size of all entries",
        "hit_ratio" => "The hit ratio",
        "latency_p95" => "The 95th percentile of response times",
        "lookups" => "The number of lookups",
        "cost" => "The cost of an hour",
        _ when series.EndsWith("_size", StringComparison.Ordinal) => $"The size of {TierTitle(series[..^"_size".Length])}",
        _ => series,
    };

    public static string TierTitle(string word) => Tiers.TierNames.Parse(word) is { } tier ? Tiers.TierNames.Title(tier) : word;

    private static string Than(double now, double? before, string period) => before switch
    {
        null => "",
        { } was when Math.Abs(now - was) < Noticeable => $", as in the {period} before",
        { } was => $", {Figure.Percent(Math.Abs(now - was))[..^2]} points {(now > was ? "more" : "less")} than in the {period} before",
    };

    private static string Limit(ReportForecast forecast) => forecast.Limit switch
    {
        { Expected: { } expected } => $" It meets its limit around {Figure.Day(expected)}{(forecast.Limit.Earliest is { } early && early < expected ? $", at the earliest on {Figure.Day(early)}" : "")}.",
        { Earliest: { } earliest } => $" It may meet its limit from {Figure.Day(earliest)} on, though that is not expected.",
        _ => "",
    };
}
