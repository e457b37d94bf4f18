using CacheKeeper.Health;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary>One tier in the demo's closing table. Null is unknown and shown as a dash.</summary>
internal sealed record DemoRow(TierName Tier, string Health)
{
    public long? Entries { get; init; }
    public long? Bytes { get; init; }
    public double? HitRatio { get; init; }
    public double? P95Milliseconds { get; init; }
    public long? Planned { get; init; }
    public long? Removed { get; init; }
    public long? Restored { get; init; }
    public long Requests { get; init; }
    public long Commands { get; init; }

    public static DemoRow Of(ITier tier, HealthVerdict verdict, ClientCounters? counters, RunRecord? collected, RunRecord? cleaned, RunRecord? undone)
    {
        var word = tier.Name.Word();
        long? Count(RunRecord? run, string field) => run?.Counts?[word]?[field]?.GetValue<long>();
        return new DemoRow(tier.Name, verdict.Health.ToString().ToLowerInvariant())
        {
            Entries = Count(collected, "live") + (Count(collected, "expired") ?? 0),
            Bytes = Count(collected, "bytes"),
            HitRatio = counters?.HitRatio(word),
            P95Milliseconds = counters?.LatencyPercentile(word, 0.95),
            Planned = Count(cleaned, "planned"),
            Removed = Count(cleaned, "removed"),
            Restored = Count(undone, "restored"),
            Requests = tier.Meter.Requests,
            Commands = tier.Meter.Commands,
        };
    }
}
