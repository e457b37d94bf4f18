namespace CacheKeeper.Tiers;

/// <summary>What one tier looked like at one instant, for one project. Null is unknown.</summary>
internal sealed record TierSnapshot(TierName Tier, DateTimeOffset TakenAt)
{
    public long? Live { get; init; }
    public long? Expired { get; init; }
    public long? WithoutExpiry { get; init; }

    /// <summary>Bytes of the project's entries.</summary>
    public long? Bytes { get; init; }

    /// <summary>Bytes of the whole store that holds them (table with indexes, Redis memory), when it can be known.</summary>
    public long? StoreBytes { get; init; }

    /// <summary>What the store may hold at most, from the settings or the store itself.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Entries accessed in the last hour.</summary>
    public long? Hot { get; init; }
    public double? MeanAccessCount { get; init; }
    public DateTimeOffset? OldestAt { get; init; }
    public IReadOnlyList<CategoryCount> Categories { get; init; } = [];

    /// <summary>Further figures of this tier by name (dead rows, evicted keys, connections…).</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();

    /// <summary>Entries in the same store that are not provably this project's.</summary>
    public long? Foreign { get; init; }

    /// <summary>True where counts come from a sample or the store's own estimate.</summary>
    public bool Estimated { get; init; }

    /// <summary>Half the width of the 95 % range of its counts and bytes, as a share: 0 after a full count, null when a sample cannot say.</summary>
    public double? SamplingError { get; init; }

    /// <summary>Why the tier could not be looked at; all figures are then unknown.</summary>
    public string? Error { get; init; }
    public TimeSpan Took { get; init; }

    public long? Entries => Live + Expired;
}
