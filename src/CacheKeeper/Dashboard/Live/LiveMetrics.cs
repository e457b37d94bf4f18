using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Live;

/// <summary>The document of <c>GET /api/cache/metrics</c>: what the specification's script reads, in percent and milliseconds, null when unknown.</summary>
internal sealed record LiveMetrics
{
    public required string Project { get; init; }
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Percent of lookups answered from any tier.</summary>
    public double? HitRatio { get; init; }

    /// <summary>Mean milliseconds of a lookup.</summary>
    public double? ResponseTime { get; init; }

    /// <summary>Milliseconds within which 95 % of lookups ended.</summary>
    public double? ResponseTimeP95 { get; init; }

    /// <summary>Percent of stored bytes that belong to live entries hit within their lifetime.</summary>
    public double? MemoryEfficiency { get; init; }
    public long? Lookups { get; init; }

    /// <summary>What the figures above were counted over.</summary>
    public required string Window { get; init; }

    /// <summary>Why a figure is null, by its name.</summary>
    public required IReadOnlyDictionary<string, string> Unknown { get; init; }
    public required string OverallHealth { get; init; }
    public required IReadOnlyDictionary<string, TierFigures> Tiers { get; init; }
    public LastRun? LastCleanup { get; init; }
    public required IReadOnlyDictionary<string, int> Activity24h { get; init; }
    public int? AlertsFiring { get; init; }

    /// <summary>Of the last hour where it was collected; before the first collections, over all that was counted.</summary>
    public static LiveMetrics Of(LiveView view)
    {
        var collected = view.Samples.ContainsKey("hit_ratio");
        var counters = collected ? null : view.Counters;
        var lookups = collected ? (long?)Sample(view, "lookups") : counters?.Lookups();
        var mean = collected ? Sample(view, "latency_mean") : lookups > 0 ? counters!.Sum("latency_us", ClientCounters.WholeLookup) / 1000.0 / lookups : null;
        return new LiveMetrics
        {
            Project = view.Project,
            AsOf = view.At,
            HitRatio = Rounded(100 * (Sample(view, "hit_ratio") ?? counters?.HitRatio())),
            ResponseTime = Rounded(mean),
            ResponseTimeP95 = Rounded(Sample(view, "latency_p95") ?? counters?.LatencyPercentile(ClientCounters.WholeLookup, 0.95)),
            MemoryEfficiency = Rounded(100 * Sample(view, "memory_efficiency")),
            Lookups = lookups,
            Window = collected ? $"the hour before {view.Samples["hit_ratio"].At.UtcDateTime:HH:mm} UTC" : "all lookups counted so far",
            Unknown = Reasons(view, lookups),
            OverallHealth = view.Health.OverallHealth,
            Tiers = view.Tiers.ToDictionary(tier => tier.Tier.Word(), tier => new TierFigures(tier.Live, tier.Expired, tier.Bytes, tier.TakenAt, tier.Error)),
            LastCleanup = view.LastCleanup is { } run ? new LastRun(run.Run, run.StartedAt, run.Outcome is { } outcome ? RunRow.Word(outcome) : null, run.Reason) : null,
            Activity24h = Activity.Count(view.Day),
            AlertsFiring = view.Firing?.Count,
        };
    }

    private static double? Sample(LiveView view, string series) => view.Samples.TryGetValue(series, out var sample) ? sample.Value : null;

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 1) : null;

    private static Dictionary<string, string> Reasons(LiveView view, long? lookups)
    {
        var reasons = new Dictionary<string, string>();
        if (Sample(view, "memory_efficiency") is null)
        {
            reasons["memory_efficiency"] = MetricCatalogue.Keeper.Find("memory_efficiency")!.Unknown + ", or nothing was collected lately (analytics collect)";
        }

        if (!(lookups > 0))
        {
            reasons["hit_ratio"] = reasons["response_time"] = view.CountersUnknown ?? "no lookup has been counted yet";
        }

        return reasons;
    }
}

/// <summary>One tier's figures; null is unknown.</summary>
internal sealed record TierFigures(long? Live, long? Expired, long? Bytes, DateTimeOffset TakenAt, string? Error);

/// <summary>A run in a line.</summary>
internal sealed record LastRun(string Run, DateTimeOffset At, string? Outcome, string Reason);
