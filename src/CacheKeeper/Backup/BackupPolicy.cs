using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Backup.Retention;
using CacheKeeper.Storage;

namespace CacheKeeper.Backup;

/// <summary>Where backups go, under which key, how many are kept, and what makes one suspicious.</summary>
internal sealed record BackupPolicy
{
    /// <summary>A folder, or <c>s3://BUCKET/FOLDER</c>; null means the folder backups beside the keeper's state.</summary>
    public string? Location { get; init; }

    /// <summary>How a bucket is reached.</summary>
    public S3Settings S3 { get; init; } = new();

    /// <summary>The region where the location lies, as its owner calls it; asked for when allowedRegions is set.</summary>
    public string? Region { get; init; }

    /// <summary>Locations must begin with one of these; empty allows every one.</summary>
    public IReadOnlyList<string> AllowedLocations { get; init; } = [];

    /// <summary>Data may lie in these regions only; empty allows every one.</summary>
    public IReadOnlyList<string> AllowedRegions { get; init; } = [];

    /// <summary>The file that holds the key (32 bytes as base64 or hex); made with mode 0600 when absent. Null means backup.key beside the keeper's state.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The key itself, from a variable or a secret file, instead of keyFile.</summary>
    public Secret? Key { get; init; }

    /// <summary>The key before the present one: lets 'backup rotate-key' wrap the backups' key anew.</summary>
    public Secret? PreviousKey { get; init; }

    public RetentionPolicy Keep { get; init; } = new();

    /// <summary>The usual size of a chunk before compression.</summary>
    [Range(64 * 1024, 1024 * 1024)]
    public int ChunkBytes { get; init; } = 512 * 1024;

    /// <summary>Zstandard's level.</summary>
    [Range(1, 19)]
    public int CompressionLevel { get; init; } = 3;

    /// <summary>A tier that holds less than this share of what the last good backup held makes a backup partial.</summary>
    [Range(0.0, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double SuspiciousShare { get; init; } = 0.5;

    /// <summary>Tiers with fewer entries than this in the last good backup are not judged by suspiciousShare.</summary>
    [Range(1, long.MaxValue)]
    public long SuspiciousFrom { get; init; } = 100;

    /// <summary>When the changes since the last whole copy exceed this share of it, the next copy is a whole one.</summary>
    [Range(0.0, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double WholeAfterShare { get; init; } = 0.25;

    /// <summary>Nothing is read faster than this; null sets no bound.</summary>
    [Range(64 * 1024, long.MaxValue)]
    public long? MostBytesPerSecond { get; init; }

    /// <summary>The pause between two calls to Redis or Mem0 at polite pace.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan PolitePause { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>After a scheduled backup a restore is proven in a scratch place when the last proof is older than this.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "90.00:00:00")]
    public TimeSpan DrillEvery { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How many memories a drill writes to a scratch user at most: each is an add on a service that is paid by the call.</summary>
    [Range(0, 100_000)]
    public int DrillMostMemories { get; init; } = 200;

    /// <summary>The keeper's own state (runs, receipts, learned parameters) is backed up too.</summary>
    public bool IncludeState { get; init; } = true;

    /// <summary>No exact restore and no archive may remove more than this share of a tier without --allow-share.</summary>
    [Range(0.001, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double MaxShare { get; init; } = 0.2;

    /// <summary>The monthly archive takes entries that nobody used for this long.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan ArchiveUnusedFor { get; init; } = TimeSpan.FromDays(90);
}
