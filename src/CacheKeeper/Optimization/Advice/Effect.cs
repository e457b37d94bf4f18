namespace CacheKeeper.Optimization.Advice;

/// <summary>What a change is expected to do, or did; null is unknown or not touched. Differences against leaving everything as it is.</summary>
internal sealed record Effect
{
    /// <summary>Hit ratio of the whole cache, as a fraction.</summary>
    public Estimate? HitRatio { get; init; }

    /// <summary>Hit ratio of the category or agent it is about.</summary>
    public Estimate? GroupHitRatio { get; init; }

    /// <summary>Mean time to an answer, the model's on a miss included.</summary>
    public Estimate? Milliseconds { get; init; }

    /// <summary>Mean bytes kept.</summary>
    public Estimate? Bytes { get; init; }

    /// <summary>USD a month for model calls and storage; negative is saved.</summary>
    public Estimate? MoneyPerMonth { get; init; }

    /// <summary>Answers given that are probably no longer right, as a share of the lookups.</summary>
    public double? StaleShare { get; init; }
}
