using CacheKeeper.Cleanup.Value;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What a plan will cost in commands and requests, and what it will do to the hit ratio: pure arithmetic over its counts.</summary>
internal static class CleanupCosts
{
    private const int KeysPerScript = 250;
    private const int MemoriesPerBatch = 100;
    private const double UsdPerRedisCommand = 0.20 / 100_000;

    /// <param name="effect">Null where too little is known to promise one.</param>
    public static CleanupExpectation Expect(IReadOnlyList<PlannedRemoval> removals, CleanupInputs? inputs, RemovalEffect? effect)
    {
        long Of(TierName tier) => removals.Where(removal => removal.Tier == tier).Sum(removal => removal.Count);
        var scripts = Batches(Of(TierName.Upstash), KeysPerScript) * 2;
        return new CleanupExpectation
        {
            HitRatioBefore = inputs?.HitRatio,
            HitRatioAfter = inputs?.HitRatio - effect?.Loss,
            HitRatioLow = inputs?.HitRatio - effect?.Upper90,
            HitRatioHigh = inputs?.HitRatio - effect?.Lower90,
            RedisCommands = scripts,
            Mem0Requests = Batches(Of(TierName.Mem0), MemoriesPerBatch) * 3,
            CostUsd = scripts * UsdPerRedisCommand,
        };
    }

    private static long Batches(long count, int size) => (count + size - 1) / size;
}
