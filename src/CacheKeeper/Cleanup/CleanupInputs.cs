namespace CacheKeeper.Cleanup;

/// <summary>What the smart decision sees. Null is unknown, and unknown never leads to a stronger cleanup.</summary>
internal sealed record CleanupInputs
{
    /// <summary>Distinct entries of the project.</summary>
    public long? Entries { get; init; }

    /// <summary>Hits ÷ (hits + misses) over <see cref="HitRatioWindow"/>.</summary>
    public double? HitRatio { get; init; }

    /// <summary>The lookups behind the hit ratio.</summary>
    public long? Lookups { get; init; }

    /// <summary>What the hit ratio is over, in words.</summary>
    public string HitRatioWindow { get; init; } = "";

    /// <summary>How long the lookups were counted; null when that is not known.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Lookups answered in the last hour.</summary>
    public long? RecentActivity { get; init; }

    /// <summary>The fullest tier: bytes used ÷ its limit.</summary>
    public double? Fullness { get; init; }

    /// <summary>The last cleanup stronger than light.</summary>
    public DateTimeOffset? LastStrongCleanup { get; init; }

    /// <summary>Hit ratio and lookups by category.</summary>
    public IReadOnlyList<CategoryRatio> Categories { get; init; } = [];
}

/// <summary>What one category's lookups came to.</summary>
internal sealed record CategoryRatio(string Category, double HitRatio, long Lookups);
