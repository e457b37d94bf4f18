using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>What a plan changes and keeps in one tier for one reason. Which entries they are is decided by the same rule again when it is carried out.</summary>
internal sealed record PlannedRewrite(TierName Tier, RewriteReason Reason, long Count, long Bytes, string Because)
{
    /// <summary>What a sample of the values came to: bytes after ÷ bytes before; null when nothing was measured.</summary>
    public double? Ratio { get; init; }

    /// <summary>The dictionary to compress with; null for none.</summary>
    public string? Dictionary { get; init; }

    public IReadOnlyList<string> Sample { get; init; } = [];
}
