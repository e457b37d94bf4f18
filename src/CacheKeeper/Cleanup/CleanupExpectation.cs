namespace CacheKeeper.Cleanup;

/// <summary>What a plan promises: compared afterwards with what came.</summary>
internal sealed record CleanupExpectation
{
    /// <summary>The hit ratio before; null when unknown.</summary>
    public double? HitRatioBefore { get; init; }

    /// <summary>The hit ratio after, with its 90 % interval; null when too little is known to promise one.</summary>
    public double? HitRatioAfter { get; init; }
    public double? HitRatioLow { get; init; }
    public double? HitRatioHigh { get; init; }

    /// <summary>Commands to Redis and requests to Mem0 that applying the plan takes; null where the tier takes no part or bills none. What making the plan took stands in <see cref="CleanupPlan.Looked"/>.</summary>
    public long? RedisCommands { get; init; }
    public long? Mem0Requests { get; init; }

    /// <summary>What these cost by the tiers' settings; USD.</summary>
    public double CostUsd { get; init; }
}
