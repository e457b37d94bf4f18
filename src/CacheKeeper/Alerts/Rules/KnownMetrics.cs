using CacheKeeper.Alerts.Conditions;

namespace CacheKeeper.Alerts;

/// <summary>The metrics that rules may name beside those that the metrics room collects.</summary>
internal static class KnownMetrics
{
    /// <summary>Every metric the built-in rules use; collected ones are handed in by the host and take precedence.</summary>
    public static MetricCatalogue With(IEnumerable<MetricDefinition> collected) => new(BuiltIn.Concat(TierFlags.Definitions).Concat(collected).GroupBy(metric => metric.Name).Select(group => group.Last()));

    public static readonly IReadOnlyList<MetricDefinition> BuiltIn =
    [
        new("hit_ratio", MetricUnit.Ratio, "hits ÷ lookups of the last hour, over all tiers"),
        new("lookups", MetricUnit.PerHour, "lookups"),
        new("memory_usage", MetricUnit.Ratio, "used ÷ allowed memory of the Redis tier"),
        new("error_rate", MetricUnit.Ratio, "failed ÷ all operations of the last hour"),
        new("availability", MetricUnit.Ratio, "lookups that a tier answered, hit or miss, ÷ all lookups"),
        new("size", MetricUnit.Bytes, "stored bytes over all tiers"),
        new("rejected_writes", MetricUnit.PerHour, "writes that a tier refused for lack of room"),
        new("regret", MetricUnit.Ratio, "removed entries that were asked for again ÷ removed entries"),
        new("cleanup_refused", MetricUnit.Count, "cleanups refused by a guard since the last that went through"),
        new("backup_age", MetricUnit.Milliseconds, "since the last verified backup"),
        new("restore_proof_age", MetricUnit.Milliseconds, "since a backup was last proven restorable"),
        new("jobs_overdue", MetricUnit.Count, "jobs whose start or end is overdue"),
        new("disk_free", MetricUnit.Ratio, "free share of the disk that holds the keeper's state"),
        new("dead_messages", MetricUnit.Count, "messages given up undelivered"),
        .. TierFlags.Tiers.SelectMany(tier => OfTier(tier)),
    ];

    private static IEnumerable<MetricDefinition> OfTier(string tier) =>
    [
        new($"{tier}_latency_p95", MetricUnit.Milliseconds, $"95th percentile of {tier}'s answers"),
        new($"{tier}_error_rate", MetricUnit.Ratio, $"failed ÷ all operations on {tier}"),
        new($"{tier}_size", MetricUnit.Bytes, $"stored bytes in {tier}"),
        new($"{tier}_entries", MetricUnit.Count, $"entries in {tier}"),
    ];
}
