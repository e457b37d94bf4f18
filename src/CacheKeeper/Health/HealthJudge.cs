using CacheKeeper.Tiers;

namespace CacheKeeper.Health;

/// <summary>Judges what probes found: pure.</summary>
internal static class HealthJudge
{
    /// <summary>One probe, judged alone: failed when nothing answered, degraded when slow or partial.</summary>
    public static HealthVerdict Judge(ProbeResult probe, HealthPolicy policy)
    {
        var limit = policy.Thresholds.For(probe.Tier);
        var verdict = (probe.Passed, probe.Down, Slow: probe.Latency >= limit) switch
        {
            (true, _, false) => new HealthVerdict(probe.Tier, TierHealth.Healthy, $"every call answered, the slowest in {Milliseconds(probe.Latency)} ms"),
            (true, _, true) => new HealthVerdict(probe.Tier, TierHealth.Degraded, $"the slowest call took {Milliseconds(probe.Latency)} ms (limit {Milliseconds(limit)} ms)"),
            (_, true, _) => new HealthVerdict(probe.Tier, TierHealth.Failed, $"{probe.Steps[0].Name}: {probe.Error}"),
            _ => new HealthVerdict(probe.Tier, TierHealth.Degraded, $"{probe.Steps.First(step => !step.Passed).Name}: {probe.Error}"),
        };
        return verdict with
        {
            Latency = probe.Latency,
            Cause = FailureCauses.Of(probe, probe.Latency >= limit),
            RetryAfter = probe.Failure?.RetryAfter,
            Error = probe.Error,
            Server = probe.Server,
            Recommendation = verdict.Health == TierHealth.Healthy ? null : Recommend(probe, verdict),
        };
    }

    /// <summary>The whole: critical only when every configured tier failed; unknown when none is configured.</summary>
    public static string Overall(IReadOnlyCollection<HealthVerdict> verdicts)
    {
        var configured = verdicts.Where(verdict => verdict.Health is not TierHealth.NotConfigured).ToList();
        return configured switch
        {
            [] => "unknown",
            _ when configured.All(verdict => verdict.Health == TierHealth.Failed) => "critical",
            _ when configured.Any(verdict => verdict.Health is TierHealth.Failed or TierHealth.Degraded) => "degraded",
            _ when configured.All(verdict => verdict.Health == TierHealth.Unknown) => "unknown",
            _ => "healthy",
        };
    }

    private static string Recommend(ProbeResult probe, HealthVerdict verdict) => (probe.Hint.Length > 0, verdict.Health) switch
    {
        (true, _) => $"{probe.Tier.Title()}: {probe.Hint}",
        (_, TierHealth.Failed) => $"{probe.Tier.Title()} does not answer: see docs/runbooks/{probe.Tier.Word()}-down.md",
        _ => $"{probe.Tier.Title()} is slow or partly failing: see docs/runbooks/{probe.Tier.Word()}-slow.md",
    };

    private static string Milliseconds(TimeSpan? span) => (span?.TotalMilliseconds ?? 0).ToString("0");
}
