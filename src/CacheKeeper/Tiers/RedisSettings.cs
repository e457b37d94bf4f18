using System.ComponentModel.DataAnnotations;
using CacheKeeper.Storage;

namespace CacheKeeper.Tiers;

/// <summary>How to reach the Redis tier: Upstash over REST (url and token), or any Redis (redisUrl).</summary>
internal sealed record RedisSettings
{
    /// <summary>The REST address. Also UPSTASH_REDIS_REST_URL or UPSTASH_URL.</summary>
    public string? Url { get; init; }

    /// <summary>The REST token. Also UPSTASH_REDIS_REST_TOKEN or UPSTASH_TOKEN.</summary>
    public Secret? Token { get; init; }

    /// <summary>redis:// or rediss:// address. Also REDIS_URL. Used when there is no REST address.</summary>
    public Secret? RedisUrl { get; init; }

    /// <summary>Keys that start with it are this project's. Without it a key is the project's when PostgreSQL knows its query hash.</summary>
    public string KeyPrefix { get; init; } = "";

    /// <summary>What the database may hold, in bytes; unknown when not set and the server does not tell.</summary>
    [Range(1, long.MaxValue)]
    public long? LimitBytes { get; init; }

    /// <summary>The longest that one call may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Keys asked for in one SCAN step: few, so that readers never wait long behind one.</summary>
    [Range(10, 5000)]
    public int ScanCount { get; init; } = 100;

    /// <summary>The pause between SCAN steps, for readers' sake; full pace leaves it out.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan ScanPause { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The longer of what a scan and these settings ask for; the scan's own at full pace.</summary>
    public TimeSpan PauseOf(EntryFilter filter) => filter.FullPace || filter.Pause > ScanPause ? filter.Pause : ScanPause;

    private const int StepsWithoutPause = 10;

    /// <summary>Without pauses there is no reader to be kind to: fewer, larger steps.</summary>
    public int KeysPerStep(TimeSpan pause) => pause > TimeSpan.Zero ? ScanCount : Math.Min(ScanCount * StepsWithoutPause, 5000);

    /// <summary>What 100,000 commands cost, in USD (pay as you go). A server reached by redisUrl bills none, Upstash's own excepted.</summary>
    [Range(0, 1000)]
    public double PricePer100KCommands { get; init; } = 0.20;
}
