namespace CacheKeeper.Cleanup;

/// <summary>What a cleanup is asked to do.</summary>
/// <param name="Asked">The verb; <paramref name="Mode"/> is what it came to (they differ for smart).</param>
internal sealed record CleanupRequest(string Project, CleanupMode Asked, CleanupMode Mode, string Reason)
{
    public string? Category { get; init; }

    /// <summary>The one entry that is meant (mode Entry): its id in a tier, or its query hash.</summary>
    public string? Key { get; init; }

    /// <summary>Only these tiers; empty means all.</summary>
    public IReadOnlyList<Tiers.TierName> OnlyTiers { get; init; } = [];
    public CleanupOverrides Overrides { get; init; } = new();

    /// <summary>Categories whose hit ratio drags (targeted).</summary>
    public IReadOnlyList<string> Dragging { get; init; } = [];

    /// <summary>What the smart decision saw, when there was one.</summary>
    public CleanupInputs? Inputs { get; init; }

    /// <summary>Full pace: no pauses between batches.</summary>
    public bool FullPace { get; init; }

    /// <summary>Take only as many, those worth least first, as free so many bytes, and no more than the share guard allows.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>Apply this plan instead of making one.</summary>
    public string? Plan { get; init; }

    /// <summary>Those of the tiers that it is about.</summary>
    public IReadOnlyList<Tiers.ITier> Of(IReadOnlyList<Tiers.ITier> tiers) => [.. tiers.Where(tier => OnlyTiers.Count == 0 || OnlyTiers.Contains(tier.Name))];
}
