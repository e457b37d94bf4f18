using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>How much a tier held when the plan was made.</summary>
internal sealed record TierTotals(TierName Tier, long Entries, long Bytes)
{
    /// <summary>Why the tier was left out of the plan; null when it was not.</summary>
    public string? Error { get; init; }

    /// <summary>Steps that the scan took.</summary>
    public long Steps { get; init; }

    /// <summary>Entries looked at and left, by reason.</summary>
    public IReadOnlyDictionary<string, long> Left { get; init; } = new Dictionary<string, long>();
}
