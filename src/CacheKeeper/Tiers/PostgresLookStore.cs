using Npgsql;

namespace CacheKeeper.Tiers;

/// <summary>Counts and sizes of a project's rows, and what the server's own statistics say of the table.</summary>
internal sealed class PostgresLookStore(PostgresClient client, PostgresSettings settings, TimeProvider time)
{
    // Of a row beside its columns: header and line pointer (the manual's "Database Page Layout").
    private const double RowOverhead = 24 + 4;

    // Of a page of 8 kB, less its own header.
    private const double RoomInPage = 8192 - 24;

    public Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken) =>
        client.RunAsync("look", async (connection, table) =>
        {
            var begun = time.GetTimestamp();
            var snapshot = await CountAsync(connection, table, scope, asOf, cancellationToken);
            var figures = await FiguresAsync(connection, cancellationToken);
            return snapshot with
            {
                StoreBytes = figures.TryGetValue("total_bytes", out var total) ? (long)total : null,
                LimitBytes = settings.LimitBytes,
                Figures = figures,
                Took = time.GetElapsedTime(begun),
            };
        }, cancellationToken);

    private static async Task<TierSnapshot> CountAsync(NpgsqlConnection connection, PostgresTable table, TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var categories = new List<CategoryCount>();
        long withoutExpiry = 0, hot = 0, accesses = 0;
        DateTimeOffset? oldest = null;

        // One process of the server: helpers would take the cores that readers need, and make a look no shorter where there are few.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = PostgresClient.Command(connection, scope, asOf, $"""
            SET LOCAL max_parallel_workers_per_gather = 0;
            SELECT {table.Category}, count(*) FILTER (WHERE e IS NULL OR e > @as_of), count(*) FILTER (WHERE e <= @as_of), count(*) FILTER (WHERE e IS NULL),
                COALESCE(sum({table.Bytes}), 0)::bigint, count(*) FILTER (WHERE {table.Instant("accessed_at")} > @as_of - interval '1 hour'),
                COALESCE(sum({table.Number("access_count")}), 0)::bigint, min({PostgresTable.Told(table.Instant("created_at"))}),
                sum({table.Number("hit_count")})::bigint, sum({table.Number("miss_count")})::bigint
            FROM {table.Name} t CROSS JOIN LATERAL (SELECT {table.ExpiresAt} AS e) x
            WHERE {table.Scope(scope)} GROUP BY 1 ORDER BY 1
            """);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            categories.Add(new CategoryCount(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(4)) { Hits = row.Long(8), Misses = row.Long(9) });
            withoutExpiry += row.GetInt64(3);
            hot += row.GetInt64(5);
            accesses += row.GetInt64(6);
            oldest = Earlier(oldest, row.Instant(7));
        }

        var snapshot = new TierSnapshot(TierName.Postgresql, asOf)
        {
            Live = categories.Sum(category => category.Live),
            Expired = categories.Sum(category => category.Expired),
            WithoutExpiry = withoutExpiry,
            Bytes = categories.Sum(category => category.Bytes),
            Hot = table.Has("accessed_at") ? hot : null,
            OldestAt = oldest,
            Categories = categories,
            SamplingError = 0,
        };
        return snapshot with { MeanAccessCount = snapshot.Entries is null or 0 || !table.Has("access_count") ? null : (double)accesses / snapshot.Entries };
    }

    // Statistics that need no rights on the table's rows; what may not be read stays unknown.
    private async Task<IReadOnlyDictionary<string, double>> FiguresAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        await using var command = new NpgsqlCommand(
            """
            SELECT pg_total_relation_size(c.oid)::float8 AS total_bytes, pg_relation_size(c.oid)::float8 AS table_bytes, pg_indexes_size(c.oid)::float8 AS index_bytes,
                s.n_dead_tup::float8 AS dead_rows, s.n_live_tup::float8 AS live_rows, s.seq_scan::float8 AS sequential_scans, s.idx_scan::float8 AS index_scans,
                (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())::float8 AS connections,
                current_setting('max_connections')::float8 AS max_connections,
                CASE WHEN c.reltuples > 0 THEN (
                    SELECT GREATEST(0, pg_relation_size(c.oid) - ceil(c.reltuples * (@row_overhead + sum(w.avg_width * (1 - w.null_frac))) / @page) * current_setting('block_size')::int)
                    FROM pg_stats w WHERE w.schemaname = c.relnamespace::regnamespace::text AND w.tablename = c.relname HAVING count(*) > 0) END::float8 AS bloat_bytes
            FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid WHERE c.oid = to_regclass(@table)
            """,
            connection);
        command.Parameters.AddWithValue("table", client.Table);
        command.Parameters.AddWithValue("row_overhead", RowOverhead);
        command.Parameters.AddWithValue("page", RoomInPage);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (await row.ReadAsync(cancellationToken))
        {
            for (var column = 0; column < row.FieldCount; column++)
            {
                if (!row.IsDBNull(column))
                {
                    figures[row.GetName(column)] = row.GetDouble(column);
                }
            }
        }

        return figures;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
