using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Cleanup.Vacuum;

/// <summary>Vacuums the cache's table after a deep cleanup where that is worth it and the keeper's role may; says so either way.</summary>
internal sealed class VacuumService(IReadOnlyList<ITier> tiers, VacuumPolicy policy, TimeProvider time)
{
    private const string Rights = """
        SELECT current_user::text, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
            pg_has_role(c.relowner, 'USAGE') OR CASE WHEN current_setting('server_version_num')::int >= 170000 THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE false END,
            COALESCE(s.n_live_tup, 0), COALESCE(s.n_dead_tup, 0)
        FROM pg_class c LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid WHERE c.oid = to_regclass(@table)
        """;

    /// <param name="removed">Rows that this run removed: the server's own count may not know of them yet.</param>
    /// <returns>What was done or not, in a sentence; empty when there is nothing to say.</returns>
    public async Task<string> RunAsync(long removed, CancellationToken cancellationToken)
    {
        if (tiers.OfType<PostgresTier>().FirstOrDefault() is not { } postgres)
        {
            return "";
        }

        try
        {
            return await postgres.RunAsync("vacuum", (connection, table) => VacuumAsync(connection, table.Name, removed, cancellationToken), cancellationToken);
        }
        catch (TierException e)
        {
            return $"Dead rows are left to autovacuum: {e.Cause}.";
        }
        catch (OperationCanceledException)
        {
            // What was removed is removed, and is told.
            return "Dead rows are left to autovacuum: the run was stopped.";
        }
    }

    private async Task<string> VacuumAsync(NpgsqlConnection connection, string table, long removed, CancellationToken cancellationToken)
    {
        if (await RightsAsync(connection, table, cancellationToken) is not { } rights)
        {
            return "";
        }

        var dead = Math.Max(rights.Dead, removed);
        if (!policy.IsDue(dead, rights.Live))
        {
            return "";
        }

        if (rights.WhyNot(table) is { } reason)
        {
            return $"{dead:N0} dead rows are left to autovacuum: {reason}.";
        }

        var begun = time.GetTimestamp();
        await LimitAsync(connection, cancellationToken);

        // Nobody waits for it: where the table is locked it is left for the next time.
        await using var vacuum = new NpgsqlCommand($"VACUUM (SKIP_LOCKED) {table}", connection) { CommandTimeout = (int)policy.Longest.TotalSeconds + 30 };
        await vacuum.ExecuteNonQueryAsync(cancellationToken);
        return $"Vacuumed {table} of {dead:N0} dead rows in {time.GetElapsedTime(begun).TotalSeconds:0.0} s.";
    }

    private static async Task<VacuumRights?> RightsAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Rights, connection);
        command.Parameters.AddWithValue("table", table);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new VacuumRights(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), row.GetInt64(3), row.GetInt64(4)) : null;
    }

    private async Task LimitAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var limit = new NpgsqlCommand("SELECT set_config('statement_timeout', @longest, false)", connection);
        limit.Parameters.AddWithValue("longest", $"{policy.Longest.TotalMilliseconds:0}ms");
        await limit.ExecuteNonQueryAsync(cancellationToken);
    }
}
