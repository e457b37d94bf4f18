namespace CacheKeeper.Metrics;

/// <summary>How well the cache does its work, 0–1, with the parts it is made of. Unknown while the hit ratio or the latency is.</summary>
internal sealed record PerformanceScore(double? HitRatio, double? Latency, double? Errors, double? Tiers, double? Whole)
{
    private const double LatencyShare = 0.95;

    public static PerformanceScore Of(Collected seen, ScorePolicy policy)
    {
        var counters = seen.LastHour?.Counters;
        var hits = counters?.HitRatio() is { } ratio ? Math.Min(1, ratio / policy.HitRatioTarget) : (double?)null;
        var latency = counters?.LatencyPercentile(ClientCounters.WholeLookup, LatencyShare) is { } p95 ? (p95 <= policy.LatencyTarget.TotalMilliseconds ? 1 : policy.LatencyTarget.TotalMilliseconds / p95) : (double?)null;
        var errors = counters?.ErrorRate() is { } rate ? Math.Max(0, 1 - (rate / policy.WorstErrorRate)) : (double?)null;
        var tiers = seen.Tiers.Count > 0 ? (double)seen.Tiers.Count(snapshot => snapshot.Error is null) / seen.Tiers.Count : (double?)null;
        return new(hits, latency, errors, tiers, Weighted(policy, hits, latency, errors, tiers));
    }

    private static double? Weighted(ScorePolicy policy, double? hits, double? latency, double? errors, double? tiers)
    {
        var weights = policy.HitRatioWeight + policy.LatencyWeight + policy.ErrorWeight + policy.TierWeight;
        return weights > 0
            ? ((policy.HitRatioWeight * hits) + (policy.LatencyWeight * latency) + (policy.ErrorWeight * errors) + (policy.TierWeight * tiers)) / weights
            : null;
    }
}
