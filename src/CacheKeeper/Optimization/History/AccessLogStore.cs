using System.Globalization;
using System.Runtime.CompilerServices;
using CacheKeeper.Tiers;
using Npgsql;
using NpgsqlTypes;

namespace CacheKeeper.Optimization.History;

/// <summary>Reads the sampled access log that the gateway's client keeps in <c>cache_access_log</c>, page by page in the order of time.</summary>
internal sealed class AccessLogStore(PostgresTier postgres, string project)
{
    private const int PageSize = 20_000;

    /// <summary>Whether the table is there and may be read.</summary>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => postgres.RunAsync("look for the access log", async (connection, _) =>
    {
        await using var command = new NpgsqlCommand("SELECT has_table_privilege(to_regclass('cache_access_log'), 'SELECT')", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }, cancellationToken);

    /// <summary>When the log begins within a time; null when nothing was logged in it.</summary>
    public Task<DateTimeOffset?> BeginsAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken) => postgres.RunAsync("look at the access log", async (connection, _) =>
    {
        await using var command = new NpgsqlCommand("SELECT min(at) FROM cache_access_log WHERE project_name = @project AND at >= @from AND at < @until", connection);
        command.Parameters.AddWithValue("project", project);
        command.Parameters.AddWithValue("from", NpgsqlDbType.TimestampTz, from.UtcDateTime);
        command.Parameters.AddWithValue("until", NpgsqlDbType.TimestampTz, until.UtcDateTime);
        return await command.ExecuteScalarAsync(cancellationToken) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : (DateTimeOffset?)null;
    }, cancellationToken);

    /// <summary>Every logged lookup of the project in a time; constant memory whatever their number.</summary>
    public async IAsyncEnumerable<LoggedAccess> ReadAsync(DateTimeOffset from, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (at, id) = (from, long.MinValue);
        while (true)
        {
            var (page, lastAt, lastId) = await postgres.RunAsync("read the access log", (connection, _) => PageAsync(connection, at, id, until, cancellationToken), cancellationToken);
            foreach (var access in page)
            {
                yield return access;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            (at, id) = (lastAt, lastId);
        }
    }

    private async Task<(List<LoggedAccess> Page, DateTimeOffset LastAt, long LastId)> PageAsync(NpgsqlConnection connection, DateTimeOffset at, long id, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var page = new List<LoggedAccess>();
        var (lastAt, lastId) = (at, id);
        await using var command = new NpgsqlCommand(
            """
            SELECT id, query_hash, at, tier, COALESCE(category, 'general'), COALESCE(agent_id, ''), bytes, sample_rate FROM cache_access_log
            WHERE project_name = @project AND (at, id) > (@at, @id) AND at < @until ORDER BY at, id LIMIT @size
            """,
            connection);
        command.Parameters.AddWithValue("project", project);
        command.Parameters.AddWithValue("at", NpgsqlDbType.TimestampTz, at.UtcDateTime);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.AddWithValue("until", NpgsqlDbType.TimestampTz, until.UtcDateTime);
        command.Parameters.AddWithValue("size", PageSize);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            (lastId, lastAt) = (reader.GetInt64(0), new DateTimeOffset(reader.GetDateTime(2), TimeSpan.Zero));
            page.Add(new LoggedAccess(
                KeyOf(reader.GetString(1)),
                lastAt,
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetString(4),
                reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetInt32(6),
                reader.GetFloat(7) is > 0 and <= 1 and var rate ? rate : 1));
        }

        return (page, lastAt, lastId);
    }

    // The first eight digits decide what is logged; the next sixteen are independent of that. A gateway's own shorter hash goes through FNV-1a (Fowler, Noll, Vo).
    private static ulong KeyOf(string hash) =>
        hash.Length >= 24 && ulong.TryParse(hash.AsSpan(8, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var key) ? key : hash.Aggregate(14695981039346656037UL, (sum, one) => unchecked((sum ^ one) * 1099511628211UL));
}
