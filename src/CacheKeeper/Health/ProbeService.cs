using CacheKeeper.Tiers;

namespace CacheKeeper.Health;

/// <summary>Probes all tiers at once, each within its time, and judges what came.</summary>
internal static class ProbeService
{
    public static async Task<IReadOnlyList<HealthVerdict>> CheckAsync(IReadOnlyList<ITier> tiers, Func<TierName, string> howToConfigure, HealthPolicy policy, TimeProvider time, CancellationToken cancellationToken)
    {
        TierName[] all = [TierName.Postgresql, TierName.Upstash, TierName.Mem0];
        return await Task.WhenAll(all.Select(async name => tiers.FirstOrDefault(tier => tier.Name == name) is { } tier
            ? HealthJudge.Judge(await ProbeAsync(tier, policy, time, cancellationToken), policy)
            : new HealthVerdict(name, TierHealth.NotConfigured, "no settings") { Recommendation = howToConfigure(name) }));
    }

    private static async Task<ProbeResult> ProbeAsync(ITier tier, HealthPolicy policy, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(policy.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var at = time.GetUtcNow();
        try
        {
            return await tier.ProbeAsync(stop.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new ProbeResult(tier.Name, at, [new ProbeStep("answer", false, policy.Timeout, $"no answer within {policy.Timeout.TotalSeconds:0.#} s")]);
        }
    }
}
