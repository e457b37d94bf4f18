using CacheKeeper.Tiers;

namespace CacheKeeper.Health;

/// <summary>The specification's health report, corrected: its fields, with latency, error and reason per system beside them.</summary>
internal sealed record HealthReport
{
    public required DateTimeOffset Timestamp { get; init; }
    public required string Project { get; init; }
    public required string OverallHealth { get; init; }

    /// <summary>Tiers that failed.</summary>
    public required int CriticalIssues { get; init; }

    /// <summary>Tiers that are degraded or not configured.</summary>
    public required int Warnings { get; init; }

    /// <summary>The state of each system, in the specification's words.</summary>
    public required IReadOnlyDictionary<string, string> Systems { get; init; }
    public required IReadOnlyDictionary<string, SystemDetail> Details { get; init; }
    public required IReadOnlyList<string> Recommendations { get; init; }

    public static HealthReport Of(string project, DateTimeOffset now, IReadOnlyList<HealthVerdict> verdicts) => new()
    {
        Timestamp = now,
        Project = project,
        OverallHealth = HealthJudge.Overall(verdicts),
        CriticalIssues = verdicts.Count(verdict => verdict.Health == TierHealth.Failed),
        Warnings = verdicts.Count(verdict => verdict.Health is TierHealth.Degraded or TierHealth.NotConfigured),
        Systems = verdicts.ToDictionary(verdict => verdict.Tier.Word(), verdict => Word(verdict.Health)),
        Details = verdicts.ToDictionary(
            verdict => verdict.Tier.Word(),
            verdict => new SystemDetail(Word(verdict.Health), verdict.Latency?.TotalMilliseconds, verdict.Error, verdict.Reason, verdict.Server, verdict.Since)),
        Recommendations = [.. verdicts.Select(verdict => verdict.Recommendation).OfType<string>()],
    };

    private static string Word(TierHealth health) => health == TierHealth.NotConfigured ? "not_configured" : health.ToString().ToLowerInvariant();
}

/// <summary>One system of the report. Latency in milliseconds, null when nothing answered.</summary>
internal sealed record SystemDetail(string Status, double? LatencyMs, string? Error, string Reason, string? Server, DateTimeOffset? Since);
