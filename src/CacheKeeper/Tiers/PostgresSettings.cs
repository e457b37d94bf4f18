using System.ComponentModel.DataAnnotations;
using CacheKeeper.Storage;

namespace CacheKeeper.Tiers;

/// <summary>How to reach and read the PostgreSQL tier.</summary>
internal sealed record PostgresSettings
{
    /// <summary>A postgres:// URL or an Npgsql connection string. Also DATABASE_URL.</summary>
    public Secret? Url { get; init; }

    /// <summary>The table, with its schema when it is not on the search path.</summary>
    [RegularExpression(@"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")]
    public string Table { get; init; } = "cache_entries";

    /// <summary>From when ttl_seconds counts: created, updated or accessed.</summary>
    public ExpiryClock ExpiryClock { get; init; } = ExpiryClock.Created;

    /// <summary>What the table may take at most, in bytes; unknown when not set.</summary>
    [Range(1, long.MaxValue)]
    public long? LimitBytes { get; init; }

    /// <summary>The longest that one statement may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections kept at most.</summary>
    [Range(1, 100)]
    public int MaxConnections { get; init; } = 8;
}
