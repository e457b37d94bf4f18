using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Optimization.Indexes;

/// <summary>Reads what PostgreSQL's own statistics say of the cache's tables, and remembers which indexes were there.</summary>
internal sealed class IndexStore(PostgresTier postgres, NoteStore notes, string project)
{
    private const string WatchNote = "optimizer.indexes";
    private static readonly string[] SharedTables = ["cache_stats", "cache_directives", "cache_access_log", "cache_dictionaries"];

    /// <param name="remember">False where nothing may be written, not even to the keeper's own state.</param>
    public async Task<DatabaseFacts> ReadAsync(DateTimeOffset now, bool remember, CancellationToken cancellationToken)
    {
        var facts = await postgres.RunAsync("read index statistics", (connection, table) => ReadAsync(connection, table.Name, now, cancellationToken), cancellationToken);
        var before = await notes.ReadAsync<Dictionary<string, IndexWatch>>(project, WatchNote, cancellationToken) ?? [];
        var watches = IndexWatches.Look(before, facts.Indexes.Select(row => (row.Index.Name, row.Oid, row.Index.Scans)), now);
        if (remember)
        {
            await notes.WriteAsync(project, WatchNote, watches, now, cancellationToken);
        }

        return facts.Facts with
        {
            Indexes = [.. facts.Indexes.Select(row => row.Index with { Watched = watches[row.Index.Name] })],
            Statements = await StatementsAsync([.. facts.Facts.Tables.Select(table => table.Name)], cancellationToken),
        };
    }

    private static async Task<(DatabaseFacts Facts, List<(IndexFacts Index, long Oid)> Indexes)> ReadAsync(NpgsqlConnection connection, string table, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string[] names = [table, .. SharedTables];
        var tables = await TablesAsync(connection, names, cancellationToken);
        var indexes = await IndexesAsync(connection, names, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),
                (SELECT count(*) FROM pg_stat_replication),
                (SELECT CASE WHEN bool_or(state IS NULL) THEN NULL ELSE count(*) FILTER (WHERE state = 'active') END
                    FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var facts = new DatabaseFacts(now, tables, [])
        {
            StatisticsSince = reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0),
            Standbys = (int)reader.GetInt64(1),
            BusySessions = reader.IsDBNull(2) ? null : (int)reader.GetInt64(2),
        };
        return (facts, indexes);
    }

    private static async Task<List<TableFacts>> TablesAsync(NpgsqlConnection connection, string[] names, CancellationToken cancellationToken)
    {
        var tables = new List<TableFacts>();
        await using var command = new NpgsqlCommand(
            """
            SELECT n.nspname, c.relname, COALESCE(s.n_live_tup, 0), COALESCE(s.n_dead_tup, 0), pg_table_size(c.oid), pg_has_role(c.relowner, 'USAGE'),
                COALESCE(s.n_mod_since_analyze, 0), COALESCE(s.seq_scan, 0), COALESCE(s.seq_tup_read, 0),
                GREATEST(s.last_vacuum, s.last_autovacuum), GREATEST(s.last_analyze, s.last_autoanalyze)
            FROM unnest(@names) AS wanted(name) JOIN pg_class c ON c.oid = to_regclass(wanted.name) JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
            """,
            connection);
        command.Parameters.AddWithValue("names", names);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            tables.Add(new TableFacts(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetBoolean(5))
            {
                ChangedSinceAnalyze = reader.GetInt64(6),
                SequentialScans = reader.GetInt64(7),
                SequentialRows = reader.GetInt64(8),
                LastVacuum = reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
                LastAnalyze = reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10),
            });
        }

        return tables;
    }

    // Corrected after the specification's, which could not run: relname and indexrelname, one schema, validity and uniqueness from pg_index.
    private static async Task<List<(IndexFacts Index, long Oid)>> IndexesAsync(NpgsqlConnection connection, string[] names, CancellationToken cancellationToken)
    {
        var indexes = new List<(IndexFacts, long)>();
        await using var command = new NpgsqlCommand(
            """
            SELECT x.oid::bigint, n.nspname, c.relname, x.relname, pg_get_indexdef(x.oid), COALESCE(s.idx_scan, 0), pg_relation_size(x.oid), x.reltuples::float8, a.amname,
                ARRAY(SELECT CASE WHEN k <= i.indnkeyatts THEN pg_get_indexdef(x.oid, k, true) || ' ' || i.indoption[k - 1] || ' ' || i.indclass[k - 1] || ' ' || i.indcollation[k - 1]
                    ELSE 'include ' || pg_get_indexdef(x.oid, k, true) END FROM generate_series(1, i.indnatts) AS k),
                pg_get_expr(i.indpred, i.indrelid), i.indisunique, i.indisprimary, EXISTS (SELECT FROM pg_constraint t WHERE t.conindid = x.oid), i.indisreplident OR i.indisclustered,
                i.indisvalid, EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = x.oid), pg_has_role(x.relowner, 'USAGE'),
                CASE WHEN 0 = ANY(i.indkey::int2[]) THEN NULL ELSE (SELECT sum(w.avg_width)::float8 FROM pg_attribute t
                    JOIN pg_stats w ON w.schemaname = n.nspname AND w.tablename = c.relname AND w.attname = t.attname WHERE t.attrelid = c.oid AND t.attnum = ANY(i.indkey::int2[])) END
            FROM unnest(@names) AS wanted(name) JOIN pg_class c ON c.oid = to_regclass(wanted.name) JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am a ON a.oid = x.relam
            LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = x.oid ORDER BY c.relname, x.relname
            """,
            connection);
        command.Parameters.AddWithValue("names", names);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            indexes.Add((Row(reader), reader.GetInt64(0)));
        }

        return indexes;
    }

    private static IndexFacts Row(NpgsqlDataReader reader) => new(reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4))
    {
        Scans = reader.GetInt64(5),
        Bytes = reader.GetInt64(6),
        Entries = reader.GetDouble(7),
        Method = reader.GetString(8),
        Keys = reader.GetFieldValue<string[]>(9),
        Predicate = reader.IsDBNull(10) ? null : reader.GetString(10),
        Unique = reader.GetBoolean(11),
        Primary = reader.GetBoolean(12),
        Constraint = reader.GetBoolean(13),
        Identity = reader.GetBoolean(14),
        Valid = reader.GetBoolean(15),
        BeingBuilt = reader.GetBoolean(16),
        Owned = reader.GetBoolean(17),
        KeyWidth = reader.IsDBNull(18) ? null : reader.GetDouble(18),
    };

    // An extension that not everybody has, and not everybody may read: its absence is no failure.
    private async Task<IReadOnlyList<StatementFacts>?> StatementsAsync(string[] tables, CancellationToken cancellationToken)
    {
        try
        {
            return await postgres.RunAsync("read pg_stat_statements", async (connection, _) =>
            {
                await using (var exists = new NpgsqlCommand("SELECT has_table_privilege(to_regclass('pg_stat_statements'), 'SELECT')", connection))
                {
                    if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
                    {
                        return null;
                    }
                }

                var statements = new List<StatementFacts>();
                await using var command = new NpgsqlCommand(
                    """
                    SELECT query, calls, mean_exec_time, total_exec_time, rows::float8 / GREATEST(calls, 1) FROM pg_stat_statements
                    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND EXISTS (SELECT FROM unnest(@tables) AS name WHERE position(name IN query) > 0) ORDER BY total_exec_time DESC LIMIT 20
                    """,
                    connection);
                command.Parameters.AddWithValue("tables", tables);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    statements.Add(new StatementFacts(reader.GetString(0), reader.GetInt64(1), reader.GetDouble(2), reader.GetDouble(3), reader.GetDouble(4)));
                }

                return statements;
            }, cancellationToken);
        }
        catch (TierException)
        {
            return null;
        }
    }
}
