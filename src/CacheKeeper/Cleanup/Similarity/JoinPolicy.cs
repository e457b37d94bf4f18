namespace CacheKeeper.Cleanup.Similarity;

/// <summary>How a similarity join trades completeness against time.</summary>
internal sealed record JoinPolicy
{
    public static JoinPolicy Default { get; } = new();

    /// <summary>Compare every pair, missing none.</summary>
    public bool Exact { get; init; }

    /// <summary>Up to so many vectors every pair is compared in any case.</summary>
    public int ExactUpTo { get; init; } = 2_000;

    /// <summary>The share of pairs exactly at the threshold that must be found; nearer pairs are found more often.</summary>
    public double Recall { get; init; } = 0.999;

    /// <summary>The join ends after so many pairs and says so.</summary>
    public int MostPairs { get; init; } = 5_000_000;
}
