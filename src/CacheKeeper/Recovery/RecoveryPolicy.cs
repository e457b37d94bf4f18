using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CacheKeeper.Storage;

namespace CacheKeeper.Recovery;

/// <summary>What is repaired by itself, how patiently, and when a person is asked instead.</summary>
internal sealed record RecoveryPolicy
{
    /// <summary>Whether anything is repaired by itself.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Issues that are only watched and told, such as low_hit_ratio.</summary>
    public IReadOnlyList<string> WatchOnly { get; init; } = [];

    /// <summary>How often the tiers are looked at while all is well.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often while something is wrong, or may be.</summary>
    [Range(typeof(TimeSpan), "00:00:00.2", "00:10:00")]
    public TimeSpan LookCloselyEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a tier is left out at least; it returns by itself at the end.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan LeaveOutFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many times the ordinary lifetime the neighbour keeps its entries meanwhile. Longer keeps more answers, and older ones.</summary>
    [Range(1.0, 12.0)]
    public double Stretch { get; init; } = 2;

    /// <summary>How long a symptom must stay away before the issue counts as over.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Good looks within that time at least.</summary>
    [Range(1, 100)]
    public int VerifyLooks { get; init; } = 3;

    /// <summary>Tries before a person is asked.</summary>
    [Range(1, 20)]
    public int MaxAttempts { get; init; } = 3;

    /// <summary>The wait after the first try; it doubles with each, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest wait between two tries.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A symptom that is back within this time after its issue was over has returned: the remedy did not last.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ReturnsWithin { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>After so many returns the remedy is judged ineffective: the breaker opens and a person is told.</summary>
    [Range(1, 20)]
    public int MaxReturns { get; init; } = 2;

    /// <summary>How long an open breaker keeps the remedy from being tried again, and a flapping tier out.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan BreakerFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Redis fuller than this is high memory usage; it is brought down to <see cref="MemoryTarget"/>.</summary>
    [Range(0.01, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double MemoryAbove { get; init; } = 0.8;

    /// <summary>Down to this share of its limit Redis is brought when its memory is high.</summary>
    [Range(0.01, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double MemoryTarget { get; init; } = 0.7;

    /// <summary>A hit ratio below this is low.</summary>
    [Range(0.0, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double HitRatioBelow { get; init; } = 0.6;

    /// <summary>Fewer lookups an hour say nothing about the hit ratio.</summary>
    [Range(1, long.MaxValue)]
    public double MinimumLookups { get; init; } = 100;

    /// <summary>How long the optimizer's work is given to show before it is judged.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan HitRatioRetryAfter { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Less free space than this where the keeper's state lies is a full disk.</summary>
    [Range(0.0, 1.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double DiskFreeBelow { get; init; } = 0.05;

    /// <summary>The keeper's own statements (by application name) that run longer than this are cancelled when PostgreSQL is slow.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CancelAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long incidents and their timelines are kept.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepIncidents { get; init; } = TimeSpan.FromDays(180);
}
