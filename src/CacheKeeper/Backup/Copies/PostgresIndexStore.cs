using Npgsql;

namespace CacheKeeper.Backup.Copies;

/// <summary>
/// Takes a table's secondary indexes away while it is filled, and builds them again after: several times faster than keeping them up row by row. The table is
/// locked meanwhile, so this is for a table without a single row, of a role that owns it, when nobody else is connected or the operator says that readers may wait.
/// </summary>
internal static class PostgresIndexStore
{
    // What a constraint stands on, replication identifies rows by, or CLUSTER remembers stays; so does an index that is not valid.
    private const string Secondary = """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid = to_regclass(@table) AND NOT i.indisprimary AND NOT i.indisreplident AND NOT i.indisclustered AND i.indisvalid
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_constraint'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indexrelid)
            AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
            AND obj_description(i.indexrelid, 'pg_class') IS NULL
        ORDER BY i.indexrelid
        """;

    private const string IsAlone = """
        SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()
            AND NOT (usename = current_user AND application_name = 'cachekeeper'))
        """;

    /// <summary>Locks the table and drops its secondary indexes within the transaction, where that hurts nobody.</summary>
    /// <param name="readersMayWait">Also while others are connected.</param>
    /// <returns>Their definitions, to be built again before the commit; empty when they stay.</returns>
    public static async Task<IReadOnlyList<string>> SetAsideAsync(NpgsqlConnection connection, string table, bool readersMayWait, CancellationToken cancellationToken)
    {
        if (!await PostgresShapeStore.OwnsAsync(connection, table, cancellationToken) || !(readersMayWait || await IsTrueAsync(connection, IsAlone, cancellationToken)))
        {
            return [];
        }

        await PostgresExportStore.ExecuteAsync(connection, "SAVEPOINT indexes; SET LOCAL lock_timeout = '2s'", cancellationToken);
        try
        {
            await PostgresExportStore.ExecuteAsync(connection, $"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SET LOCAL lock_timeout = 0", cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // Somebody works with the table: filled with its indexes in place, nobody waits for us.
            await PostgresExportStore.ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT indexes", cancellationToken);
            return [];
        }

        return await IsTrueAsync(connection, $"SELECT NOT EXISTS (SELECT 1 FROM {table})", cancellationToken) ? await DropAsync(connection, table, cancellationToken) : [];
    }

    public static async Task BuildAsync(NpgsqlConnection connection, IReadOnlyList<string> definitions, CancellationToken cancellationToken)
    {
        if (definitions.Count > 0)
        {
            // What the server gives a manual build anyway may be little; this one ends with the transaction.
            await PostgresExportStore.ExecuteAsync(connection, "SET LOCAL maintenance_work_mem = '128MB'", cancellationToken);
        }

        foreach (var definition in definitions)
        {
            await PostgresExportStore.ExecuteAsync(connection, definition, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<string>> DropAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        var found = new List<(string Name, string Definition)>();
        await using (var command = new NpgsqlCommand(Secondary, connection))
        {
            command.Parameters.AddWithValue("table", table);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                found.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        foreach (var (name, _) in found)
        {
            await PostgresExportStore.ExecuteAsync(connection, $"DROP INDEX {name}", cancellationToken);
        }

        return [.. found.Select(index => index.Definition)];
    }

    private static async Task<bool> IsTrueAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
