using CacheKeeper.Cleanup.Pace;
using CacheKeeper.Cleanup.Value;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What a plan will cost in commands and requests, and what it will do to the hit ratio: pure arithmetic over its counts.</summary>
internal static class CleanupCosts
{
    /// <param name="effect">Null where too little is known to promise one.</param>
    public static CleanupExpectation Promise(CleanupInputs? inputs, RemovalEffect? effect) => new()
    {
        HitRatioBefore = inputs?.HitRatio,
        HitRatioAfter = inputs?.HitRatio - effect?.Loss,
        HitRatioLow = inputs?.HitRatio - effect?.Upper90,
        HitRatioHigh = inputs?.HitRatio - effect?.Lower90,
    };

    /// <summary>The promise with the calls that applying the plan takes, and what they cost.</summary>
    /// <param name="prices">Of the plan's tiers.</param>
    /// <param name="batch">Entries of the first batches; later ones may be larger, and cost less.</param>
    /// <param name="probed">Whether readers are looked at between batches: not at full pace.</param>
    public static CleanupExpectation Price(CleanupExpectation promise, CleanupPlan plan, IReadOnlyDictionary<TierName, TierPrice> prices, BatchPace batch, bool probed)
    {
        var calls = prices.Where(pair => pair.Value != TierPrice.Free).ToDictionary(pair => pair.Key, pair => Calls(plan, pair.Key, pair.Value, batch.Entries, probed));
        return promise with
        {
            RedisCommands = calls.TryGetValue(TierName.Upstash, out var commands) ? commands : null,
            Mem0Requests = calls.TryGetValue(TierName.Mem0, out var requests) ? requests : null,
            CostUsd = calls.Sum(pair => pair.Value * prices[pair.Key].UsdPerCall),
        };
    }

    private static long Calls(CleanupPlan plan, TierName tier, TierPrice price, int batch, bool probed)
    {
        var removed = plan.Removals.Where(removal => removal.Tier == tier).Sum(removal => removal.Count);
        var changed = plan.Rewrites.Where(rewrite => rewrite.Tier == tier).Sum(rewrite => rewrite.Count);
        var (steps, entries) = plan.Tiers.FirstOrDefault(totals => totals.Tier == tier) is { } held ? (held.Steps, held.Entries - removed) : (0, 0);
        var probes = removed == 0 || !probed ? 0 : PaceRunner.LooksBefore + ((removed + batch - 1) / batch);
        return price.Removing(removed, batch) + (probes * price.PerProbe) + price.Rewriting(steps, entries, changed, probed);
    }
}
