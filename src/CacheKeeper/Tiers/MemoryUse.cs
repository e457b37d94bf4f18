namespace CacheKeeper.Tiers;

/// <summary>Where a tier's bytes are: what entries add up to beside what the store itself says it takes, the biggest entries, the biggest groups, the store's parts.</summary>
internal sealed record MemoryUse(TierName Tier)
{
    public long Entries { get; init; }

    /// <summary>What the project's entries add up to.</summary>
    public long EstimatedBytes { get; init; }

    /// <summary>What the store says it takes, other projects and its own needs included; null when it does not tell.</summary>
    public long? MeasuredBytes { get; init; }

    public long? LimitBytes { get; init; }

    /// <summary>The largest entries, largest first.</summary>
    public IReadOnlyList<SizedPart> Biggest { get; init; } = [];

    /// <summary>Entries by the beginning of their key (Redis) or their category, largest first.</summary>
    public IReadOnlyList<SizedPart> Groups { get; init; } = [];

    /// <summary>PostgreSQL: the table, what lies out of line, each index.</summary>
    public IReadOnlyList<SizedPart> Parts { get; init; } = [];

    /// <summary>Why the tier could not be looked at.</summary>
    public string? Error { get; init; }
}

/// <summary>A named part with its size.</summary>
internal sealed record SizedPart(string Name, long Bytes, long Count = 1);
