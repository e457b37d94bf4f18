using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Metrics;

/// <summary>Reads what the gateway's client has counted from the table <c>cache_stats</c>.</summary>
internal static class ClientCounterStore
{
    /// <summary>The counters of a project; null when there is no table, no right to read it, or nothing counted yet.</summary>
    public static async Task<ClientCounters?> ReadAsync(PostgresTier postgres, string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = await postgres.RunAsync("read counters", (connection, _) => ReadAsync(connection, project, cancellationToken), cancellationToken);
        return values.Count == 0 ? null : new ClientCounters(now, values);
    }

    private static async Task<Dictionary<(string, string, string), long>> ReadAsync(NpgsqlConnection connection, string project, CancellationToken cancellationToken)
    {
        var values = new Dictionary<(string, string, string), long>();
        await using (var exists = new NpgsqlCommand("SELECT has_table_privilege(to_regclass('cache_stats'), 'SELECT')", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return values;
            }
        }

        await using var command = new NpgsqlCommand(
            "SELECT metadata ->> 'kind', metadata ->> 'tier', COALESCE(category, ''), stat_value FROM cache_stats WHERE metadata ->> 'project' = @project AND metadata ? 'kind'",
            connection);
        command.Parameters.AddWithValue("project", project);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            values[(reader.GetString(0), reader.GetString(1), reader.GetString(2))] = reader.GetInt64(3);
        }

        return values;
    }
}
