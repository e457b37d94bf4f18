using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What a plan will cost in commands and requests: pure arithmetic over its counts.</summary>
internal static class CleanupCosts
{
    private const int KeysPerScript = 250;
    private const int MemoriesPerBatch = 100;
    private const double UsdPerRedisCommand = 0.20 / 100_000;

    public static CleanupExpectation Expect(IReadOnlyList<PlannedRemoval> removals)
    {
        long Of(TierName tier) => removals.Where(removal => removal.Tier == tier).Sum(removal => removal.Count);
        var scripts = Batches(Of(TierName.Upstash), KeysPerScript) * 2;
        return new CleanupExpectation
        {
            RedisCommands = scripts,
            Mem0Requests = Batches(Of(TierName.Mem0), MemoriesPerBatch) * 3,
            CostUsd = scripts * UsdPerRedisCommand,
        };
    }

    private static long Batches(long count, int size) => (count + size - 1) / size;
}
