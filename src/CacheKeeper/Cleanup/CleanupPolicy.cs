using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CacheKeeper.Cleanup.Compression;
using CacheKeeper.Cleanup.Pace;
using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Cleanup.Vacuum;
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

    /// <summary>The share of a tier's live entries that a moderate cleanup takes, those worth least first.</summary>
    [Range(0.0, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double LowValueShare { get; init; } = 0.1;

    /// <summary>An aggressive cleanup goes down to this many entries.</summary>
    [Range(0, long.MaxValue)]
    public long AggressiveTarget { get; init; } = 1000;

    /// <summary>A tier fuller than this share of its limit asks for an aggressive cleanup by bytes.</summary>
    [Range(0.01, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double FullAbove { get; init; } = 0.8;

    /// <summary>After a cleanup stronger than light, smart chooses no stronger one for this long.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromHours(6);

    /// <summary>No day may take more than this share of a tier's entries that still answer, all runs together, without --allow-share.</summary>
    [Range(0.001, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double MaxSharePerDay { get; init; } = 0.3;

    /// <summary>No day may take more entries that still answer than this, all runs and tiers together; null sets no bound.</summary>
    [Range(1, long.MaxValue)]
    public long? MaxRowsPerDay { get; init; }

    /// <summary>Texts at least so alike are candidates for merging; the guards decide.</summary>
    [Range(0.5, 1.0)]
    public double DuplicateThreshold { get; init; } = 0.85;

    /// <summary>Memories compared in one run at most.</summary>
    [Range(100, 1_000_000)]
    public int MostMemoriesCompared { get; init; } = 50_000;

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

    /// <summary>Entries removed in one batch at most; how many rows they are goes by the time they take (pace.batchTime).</summary>
    [Range(1, 10000)]
    public int BatchSize { get; init; } = 5000;

    /// <summary>A batch ends earlier when its entries take so many bytes: it is held in memory until its receipt is on disk.</summary>
    [Range(65_536, 1L << 30)]
    public long BatchBytes { get; init; } = 2 << 20;

    /// <summary>How it gives way to readers.</summary>
    public PacePolicy Pace { get; init; } = new();

    /// <summary>How removed entries are remembered, and what is learned from them.</summary>
    public RegretPolicy Regret { get; init; } = new();

    /// <summary>A memory whose own end in its metadata passed so long ago is stale: no reader answers from it, and Mem0 knows no hours.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Redis values of more bytes than this are reported.</summary>
    [Range(1024, long.MaxValue)]
    public long OversizedAbove { get; init; } = 10 * 1024 * 1024;

    /// <summary>Works under a PostgreSQL superuser, whom no right and no row policy stops.</summary>
    public bool AllowSuperuser { get; init; }

    /// <summary>Keeper's and tier's clocks may differ by this much; beyond it nothing is removed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A fresh backup before living entries go.</summary>
    public ProofPolicy Proof { get; init; } = new();

    /// <summary>Compression of large values.</summary>
    public CompressionPolicy Compression { get; init; } = new();

    /// <summary>Ends for Redis keys that have none.</summary>
    public ExpiryPolicy Expiry { get; init; } = new();

    /// <summary>When a deep cleanup vacuums the table.</summary>
    public VacuumPolicy Vacuum { get; init; } = new();

    /// <summary>Never touched by any strength.</summary>
    public IReadOnlyList<string> PinnedCategories { get; init; } = [];

    /// <summary>Query hashes, Redis keys or memory ids that are never touched.</summary>
    public IReadOnlyList<string> PinnedKeys { get; init; } = [];
}
