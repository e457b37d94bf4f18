using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CacheKeeper.Storage;

namespace CacheKeeper.Cleanup.Vacuum;

/// <summary>When a deep cleanup gives the room of dead rows back instead of leaving it to autovacuum.</summary>
internal sealed record VacuumPolicy
{
    /// <summary>Dead rows above this share of the live ones are worth a vacuum...</summary>
    [Range(0.0, 100.0)]
    [JsonConverter(typeof(Share.Converter))]
    public double DeadShareAbove { get; init; } = 0.2;

    /// <summary>... when there are at least so many.</summary>
    [Range(1, long.MaxValue)]
    public long LeastDeadRows { get; init; } = 1000;

    /// <summary>The longest that a vacuum may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Whether it is worth it.</summary>
    public bool IsDue(long dead, long live) => dead >= LeastDeadRows && dead > live * DeadShareAbove;
}
