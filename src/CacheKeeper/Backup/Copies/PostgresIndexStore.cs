using Npgsql;

namespace CacheKeeper.Backup.Copies;

/// <summary>
/// Takes a table's secondary indexes, those of unique constraints included, away while it is filled, and builds them again after: several times faster than
/// keeping them up row by row. The table is locked meanwhile, so this is for a table without a single row, of a role that owns it, when nobody else is connected
/// or the operator says that readers may wait.
/// </summary>
internal static class PostgresIndexStore
{
    // What a primary key or another table's reference stands on, replication identifies rows by, CLUSTER remembers or a comment describes stays; so does an
    // index that is not valid, belongs to a partitioned one, or stands for a constraint that may be deferred.
    private const string Secondary = """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), quote_ident(u.conname) FROM pg_index i
        LEFT JOIN pg_constraint u ON u.conindid = i.indexrelid AND u.conrelid = i.indrelid AND u.contype = 'u'
        WHERE i.indrelid = to_regclass(@table) AND NOT i.indisprimary AND NOT i.indisreplident AND NOT i.indisclustered AND NOT i.indisexclusion AND i.indisvalid
            AND obj_description(i.indexrelid, 'pg_class') IS NULL
            AND (u.oid IS NULL OR (NOT u.condeferrable AND u.conislocal AND u.coninhcount = 0 AND obj_description(u.oid, 'pg_constraint') IS NULL))
            AND NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
            AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.oid IS DISTINCT FROM u.oid)
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indexrelid AND d.classid = 'pg_constraint'::regclass)
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.refclassid = 'pg_constraint'::regclass AND d.refobjid = u.oid AND d.deptype <> 'i')
        ORDER BY i.indexrelid
        """;

    private const string IsAlone = """
        SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()
            AND NOT (usename = current_user AND application_name = 'cachekeeper'))
        """;

    /// <summary>Locks the table and drops its secondary indexes within the transaction, where that hurts nobody.</summary>
    /// <param name="readersMayWait">Also while others are connected.</param>
    /// <returns>The statements that build them again, for before the commit; empty when they stay.</returns>
    public static async Task<IReadOnlyList<string>> SetAsideAsync(NpgsqlConnection connection, string table, bool readersMayWait, CancellationToken cancellationToken)
    {
        if (!await PostgresShapeStore.OwnsAsync(connection, table, cancellationToken) || !(readersMayWait || await IsTrueAsync(connection, IsAlone, cancellationToken)))
        {
            return [];
        }

        // The savepoint ends here in any case: what is written after it counts as the transaction's own, by which the rows are told from others'.
        await PostgresExportStore.ExecuteAsync(connection, "SAVEPOINT indexes; SET LOCAL lock_timeout = '2s'", cancellationToken);
        try
        {
            await PostgresExportStore.ExecuteAsync(connection, $"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SET LOCAL lock_timeout = 0; RELEASE SAVEPOINT indexes", cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // Somebody works with the table: filled with its indexes in place, nobody waits for us.
            await PostgresExportStore.ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT indexes; RELEASE SAVEPOINT indexes", cancellationToken);
            return [];
        }

        return await IsTrueAsync(connection, $"SELECT NOT EXISTS (SELECT 1 FROM {table})", cancellationToken) ? await DropAsync(connection, table, cancellationToken) : [];
    }

    public static async Task BuildAsync(NpgsqlConnection connection, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        if (statements.Count > 0)
        {
            // What the server gives a manual build anyway may be little; this one ends with the transaction.
            await PostgresExportStore.ExecuteAsync(connection, "SET LOCAL maintenance_work_mem = '128MB'", cancellationToken);
        }

        foreach (var statement in statements)
        {
            await PostgresExportStore.ExecuteAsync(connection, statement, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<string>> DropAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        var found = new List<(string Name, string Definition, string? Constraint)>();
        await using (var command = new NpgsqlCommand(Secondary, connection))
        {
            command.Parameters.AddWithValue("table", table);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                found.Add((reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
            }
        }

        foreach (var (name, _, constraint) in found)
        {
            await PostgresExportStore.ExecuteAsync(connection, constraint is null ? $"DROP INDEX {name}" : $"ALTER TABLE {table} DROP CONSTRAINT {constraint}", cancellationToken);
        }

        // A constraint's index is built by its own definition too, which says more than the constraint's, and has the constraint's name.
        return [.. found.SelectMany(index => index.Constraint is null ? (string[])[index.Definition] : [index.Definition, $"ALTER TABLE {table} ADD CONSTRAINT {index.Constraint} UNIQUE USING INDEX {index.Constraint}"])];
    }

    private static async Task<bool> IsTrueAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
