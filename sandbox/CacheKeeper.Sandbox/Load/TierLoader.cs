using System.Globalization;
using System.Text.Json;
using CacheKeeper.Client;
using Npgsql;
using NpgsqlTypes;
using StackExchange.Redis;

namespace CacheKeeper.Sandbox.Load;

/// <summary>Puts entries into PostgreSQL and Redis in bulk; what stands there already is left as it is.</summary>
internal static class TierLoader
{
    /// <summary>By COPY into a temporary table, then one insert; schema 1 or 2 as it stands.</summary>
    public static async Task IntoPostgreSqlAsync(string databaseUrl, string project, IReadOnlyList<LoadedEntry> entries, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(PostgreSqlUrl.ToConnectionString(databaseUrl));
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, """
            create temporary table loaded (query_hash text, query_text text, response_text text, category text, agent_id text, metadata jsonb,
                access_count int, created_at timestamp, accessed_at timestamp, ttl_seconds int)
            """, cancellationToken);
        await using (var copy = await connection.BeginBinaryImportAsync("copy loaded from stdin (format binary)", cancellationToken))
        {
            foreach (var entry in entries)
            {
                await WriteAsync(copy, entry, project, cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        }

        var expires = await HasColumnAsync(connection, "expires_at", cancellationToken);
        await using var insert = new NpgsqlCommand($"""
            insert into cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, metadata, access_count, created_at,
                updated_at, accessed_at, ttl_seconds{(expires ? ", expires_at, hit_count" : "")})
            select query_hash, query_text, response_text, $1, category, agent_id, metadata, access_count, created_at,
                created_at, accessed_at, ttl_seconds{(expires ? ", created_at + make_interval(secs => ttl_seconds), access_count" : "")} from loaded
            on conflict do nothing
            """, connection);
        insert.Parameters.AddWithValue(project);
        await insert.ExecuteNonQueryAsync(cancellationToken);
        await ExecuteAsync(connection, "drop table loaded", cancellationToken);
        await ExecuteAsync(connection, "analyze cache_entries", cancellationToken);
    }

    /// <summary>The three keys of each entry, pipelined over the Redis protocol.</summary>
    public static async Task IntoRedisAsync(string redisUrl, IReadOnlyList<LoadedEntry> entries, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redisUrl.Replace("redis://", "", StringComparison.Ordinal));
        var database = connection.GetDatabase();
        foreach (var batch in entries.Where(entry => entry.InRedis).Chunk(500))
        {
            await Task.WhenAll(batch.SelectMany(entry => Write(database, entry))).WaitAsync(cancellationToken);
        }
    }

    private static IEnumerable<Task> Write(IDatabase database, LoadedEntry entry)
    {
        // What is left of each key's time is drawn between a fifth and all of it.
        var left = 0.2 + (0.8 * (Convert.ToInt32(entry.QueryHash[..4], 16) / 65535.0));
        (string Key, TimeSpan Ttl)[] keys =
        [
            (CacheKeys.OfCategory(entry.Rule.Category, entry.QueryHash), CacheKeys.CategoryLifetime),
            (CacheKeys.OfAgent(entry.Rule.Agent, entry.QueryHash), CacheKeys.AgentLifetime),
            (CacheKeys.Bare(entry.QueryHash), CacheKeys.BareLifetime),
        ];
        return keys.Select((key, form) => (Task)database.StringSetAsync(
            key.Key, entry.Response, entry.IsImmortal && form == 0 ? null : TimeSpan.FromSeconds(Math.Ceiling(key.Ttl.TotalSeconds * left)), When.NotExists));
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, LoadedEntry entry, string project, CancellationToken cancellationToken)
    {
        await copy.StartRowAsync(cancellationToken);
        foreach (var text in (string[])[entry.QueryHash, Storable(entry.Query), Storable(entry.Response), entry.Rule.Category, entry.Rule.Agent])
        {
            await copy.WriteAsync(text, NpgsqlDbType.Text, cancellationToken);
        }

        var metadata = JsonSerializer.Serialize(new { query_hash = entry.QueryHash, category = entry.Rule.Category, project, cache_tier = "primary" });
        await copy.WriteAsync(metadata, NpgsqlDbType.Jsonb, cancellationToken);
        await copy.WriteAsync(entry.Uses, NpgsqlDbType.Integer, cancellationToken);
        await copy.WriteAsync(Naive(entry.CreatedAt), NpgsqlDbType.Timestamp, cancellationToken);
        if (entry.LastUsed is { } used)
        {
            await copy.WriteAsync(Naive(used), NpgsqlDbType.Timestamp, cancellationToken);
        }
        else
        {
            await copy.WriteNullAsync(cancellationToken);
        }

        await copy.WriteAsync((int)entry.Ttl.TotalSeconds, NpgsqlDbType.Integer, cancellationToken);
    }

    private static string Storable(string text) => text.Replace('\0', '\uFFFD');

    private static DateTime Naive(DateTimeOffset time) => DateTime.SpecifyKind(time.UtcDateTime, DateTimeKind.Unspecified);

    private static async Task<bool> HasColumnAsync(NpgsqlConnection connection, string column, CancellationToken cancellationToken)
    {
        await using var look = new NpgsqlCommand(
            "select count(*) from pg_attribute where attrelid = 'cache_entries'::regclass and attname = $1 and not attisdropped", connection);
        look.Parameters.AddWithValue(column);
        return Convert.ToInt64(await look.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) > 0;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
