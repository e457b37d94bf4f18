namespace CacheKeeper.Metrics;

/// <summary>How well lookups were answered, as series.</summary>
internal static class PerformanceSamples
{
    private static readonly (string Name, double Share)[] Percentiles = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];

    public static void AddTo(SampleList samples, Collected seen, IReadOnlyCollection<string> categories, ScorePolicy policy)
    {
        if (seen.LastHour is { } hour)
        {
            OfHour(samples, hour, categories);
        }

        if (seen.SinceBefore is { } since)
        {
            Counts(samples, since.Counters, null);
            foreach (var category in categories)
            {
                Counts(samples, since.Counters, category);
            }
        }

        var score = PerformanceScore.Of(seen, policy);
        samples.Add("score_hit_ratio", score.HitRatio);
        samples.Add("score_latency", score.Latency);
        samples.Add("score_errors", score.Errors);
        samples.Add("score_tiers", score.Tiers);
        samples.Add("performance_score", score.Whole);
        OfRows(samples, seen.Rows, categories);
    }

    private static void OfHour(SampleList samples, Counted hour, IReadOnlyCollection<string> categories)
    {
        var counters = hour.Counters;
        samples.Add("hit_ratio", counters.HitRatio());
        samples.Add("lookups", counters.Lookups() / hour.Over.TotalHours);
        samples.Add("error_rate", counters.ErrorRate());
        samples.AddShare("latency_mean", counters.Sum("latency_us", ClientCounters.WholeLookup) / 1000.0, counters.Lookups());
        Latencies(samples, counters, ClientCounters.WholeLookup, "latency");
        foreach (var category in categories)
        {
            samples.Add("hit_ratio", counters.HitRatio(category: category), category);
        }

        foreach (var tier in TierMetrics.Words)
        {
            var (asked, skipped) = (counters.Lookups(tier) + counters.Sum("error", tier), counters.Sum("skip", tier));
            if (asked + skipped > 0)
            {
                samples.Add($"{tier}_hit_ratio", counters.HitRatio(tier));
                samples.Add($"{tier}_lookups", counters.Lookups(tier) / hour.Over.TotalHours);
                samples.Add($"{tier}_error_rate", counters.ErrorRate(tier));
                samples.AddShare($"{tier}_timeout_rate", counters.Sum("timeout", tier), asked);
                samples.AddShare($"{tier}_skip_share", skipped, asked + skipped);
                Latencies(samples, counters, tier, $"{tier}_latency");
            }
        }
    }

    private static void Latencies(SampleList samples, ClientCounters counters, string tier, string metric)
    {
        foreach (var (name, share) in Percentiles)
        {
            samples.Add($"{metric}_{name}", counters.LatencyPercentile(tier, share));
        }
    }

    private static void Counts(SampleList samples, ClientCounters counters, string? category)
    {
        samples.Add("lookup_count", counters.Lookups(category: category), category);
        samples.Add("hit_count", counters.Sum("hit", ClientCounters.WholeLookup, category), category);
    }

    private static void OfRows(SampleList samples, RowFigures? rows, IReadOnlyCollection<string> categories)
    {
        if (rows?.UsedBytes is not { } used || rows.Rows == 0)
        {
            return;
        }

        samples.AddShare("memory_efficiency", used, rows.Bytes);
        samples.Add("unused_bytes", rows.UnusedBytes.Values.Sum());
        foreach (var category in categories.Where(rows.UnusedBytes.ContainsKey))
        {
            samples.Add("unused_bytes", rows.UnusedBytes[category], category);
        }
    }
}
