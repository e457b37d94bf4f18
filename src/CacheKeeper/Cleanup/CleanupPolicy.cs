using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CacheKeeper.Storage;

namespace CacheKeeper.Cleanup;

/// <summary>When and how strongly to clean up. Comparisons are strict, as the specification's.</summary>
internal sealed record CleanupPolicy
{
    /// <summary>More entries than this ask for an aggressive cleanup.</summary>
    [Range(1, long.MaxValue)]
    public long AggressiveAbove { get; init; } = 1500;

    /// <summary>More entries than this ask for a moderate one when activity is low.</summary>
    [Range(1, long.MaxValue)]
    public long ModerateAbove { get; init; } = 1000;

    /// <summary>Fewer lookups in the last hour than this are low activity.</summary>
    [Range(0, long.MaxValue)]
    public long ModerateActivityBelow { get; init; } = 50;

    /// <summary>A hit ratio below this asks for a targeted cleanup.</summary>
    [Range(0.0, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double TargetedHitRatioBelow { get; init; } = 0.6;

    /// <summary>Fewer lookups than this say nothing about the hit ratio: it is unknown then.</summary>
    [Range(1, long.MaxValue)]
    public long MinimumLookups { get; init; } = 100;

    /// <summary>No run may take more than this share of a tier without --allow-share.</summary>
    [Range(0.001, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double MaxShare { get; init; } = 0.2;

    /// <summary>No run may take more entries than this; null sets no bound.</summary>
    [Range(1, long.MaxValue)]
    public long? MaxRows { get; init; }

    /// <summary>For how long a run can be undone.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan UndoFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>A plan older than this is not applied any more.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan PlanValidFor { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Entries removed in one batch.</summary>
    [Range(1, 10000)]
    public int BatchSize { get; init; } = 1000;

    /// <summary>The pause between batches at polite pace.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan PolitePause { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Keeper's and tier's clocks may differ by this much; beyond it nothing is removed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Redis keys without an expiry get this one; null only reports them.</summary>
    public TimeSpan? RedisExpiryForKeysWithoutOne { get; init; }

    /// <summary>Never touched by any strength.</summary>
    public IReadOnlyList<string> PinnedCategories { get; init; } = [];

    /// <summary>Query hashes, Redis keys or memory ids that are never touched.</summary>
    public IReadOnlyList<string> PinnedKeys { get; init; } = [];
}
