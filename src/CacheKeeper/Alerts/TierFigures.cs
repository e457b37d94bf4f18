using CacheKeeper.Metrics;
using CacheKeeper.Tiers;

namespace CacheKeeper.Alerts;

/// <summary>Snapshots and counters as the metrics that rules name.</summary>
internal static class TierFigures
{
    private const double MillisecondsShare = 0.95;

    public static void AddTo(Dictionary<string, Reading> values, Dictionary<string, double> limits, IReadOnlyList<TierSnapshot> snapshots)
    {
        foreach (var snapshot in snapshots)
        {
            Add(values, $"{snapshot.Tier.Word()}_size", snapshot.StoreBytes ?? snapshot.Bytes, snapshot.TakenAt);
            Add(values, $"{snapshot.Tier.Word()}_entries", snapshot.Entries, snapshot.TakenAt);
            if (snapshot.LimitBytes is > 0 and var limit)
            {
                limits[$"{snapshot.Tier.Word()}_size"] = limit;
            }
        }

        if (snapshots.Count > 0 && snapshots.All(snapshot => snapshot.Bytes is not null))
        {
            Add(values, "size", snapshots.Sum(snapshot => snapshot.Bytes), snapshots.Min(snapshot => snapshot.TakenAt));
        }

        if (snapshots.FirstOrDefault(snapshot => snapshot.Tier == TierName.Upstash) is { StoreBytes: { } used, LimitBytes: > 0 and var allowed } redis)
        {
            Add(values, "memory_usage", (double)used / allowed, redis.TakenAt);
        }
    }

    /// <summary>What the gateway counted over a stretch of time.</summary>
    public static void AddTraffic(Dictionary<string, Reading> values, ClientCounters counted, TimeSpan over, DateTimeOffset now)
    {
        Add(values, "lookups", counted.Lookups() / over.TotalHours, now);
        Add(values, "hit_ratio", counted.HitRatio(), now);
        Add(values, "error_rate", counted.ErrorRate(), now);
        foreach (var tier in TierFlags.Tiers)
        {
            Add(values, $"{tier}_error_rate", counted.ErrorRate(tier), now);
            Add(values, $"{tier}_latency_p95", counted.LatencyPercentile(tier, MillisecondsShare), now);
        }
    }

    private static void Add(Dictionary<string, Reading> values, string name, double? value, DateTimeOffset at)
    {
        if (value is { } known && double.IsFinite(known))
        {
            values[name] = new Reading(known, at);
        }
    }
}
