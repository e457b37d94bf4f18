using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace CacheKeeper.Tiers;

/// <summary>The PostgreSQL tier: one table, read by primary key, removed by identity and version in short transactions.</summary>
/// <remarks>Works with SELECT, UPDATE and DELETE on its table; INSERT is needed only to restore.</remarks>
internal sealed class PostgresTier(NpgsqlDataSource source, PostgresSettings settings, TimeProvider time) : ITier, IClockedTier
{
    private PostgresTable? _table;

    public TierName Name => TierName.Postgresql;

    public TierMeter Meter { get; } = new();

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var steps = new List<ProbeStep>();
        string? server = null;
        var hint = "";
        var at = time.GetUtcNow();
        try
        {
            var begun = time.GetTimestamp();
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            server = "PostgreSQL " + connection.ServerVersion;
            steps.Add(new ProbeStep("connect", true, time.GetElapsedTime(begun)));
            begun = time.GetTimestamp();
            await using var command = new NpgsqlCommand($"SELECT 1 FROM {Quoted()} LIMIT 1", connection);
            await command.ExecuteScalarAsync(cancellationToken);
            Meter.Count(1);
            steps.Add(new ProbeStep("read", true, time.GetElapsedTime(begun)));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var failure = Failure(steps.Count == 0 ? "connect" : "read", e);
            hint = failure.Hint;
            steps.Add(new ProbeStep(steps.Count == 0 ? "connect" : "read", false, time.GetUtcNow() - at, failure.Cause));
        }

        return new ProbeResult(Name, at, steps) { Server = server, Hint = hint };
    }

    public Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken) =>
        RunAsync("look", async (connection, table) =>
        {
            var begun = time.GetTimestamp();
            var categories = new List<CategoryCount>();
            long withoutExpiry = 0, hot = 0, accesses = 0, rows = 0;
            DateTimeOffset? oldest = null;
            await using (var command = Command(connection, scope, asOf, $"""
                SELECT {table.Category}, count(*) FILTER (WHERE e IS NULL OR e > @as_of), count(*) FILTER (WHERE e <= @as_of), count(*) FILTER (WHERE e IS NULL),
                    COALESCE(sum(pg_column_size(t.*)), 0), count(*) FILTER (WHERE {table.Instant("accessed_at")} > @as_of - interval '1 hour'),
                    COALESCE(sum({table.Number("access_count")}), 0)::bigint, min({table.Instant("created_at")}),
                    sum({table.Number("hit_count")})::bigint, sum({table.Number("miss_count")})::bigint
                FROM {table.Name} t CROSS JOIN LATERAL (SELECT {table.ExpiresAt} AS e) x
                WHERE {table.Scope(scope)} GROUP BY 1 ORDER BY 1
                """))
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    var category = new CategoryCount(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(4))
                    {
                        Hits = Long(reader, 8),
                        Misses = Long(reader, 9),
                    };
                    categories.Add(category);
                    withoutExpiry += reader.GetInt64(3);
                    hot += reader.GetInt64(5);
                    accesses += reader.GetInt64(6);
                    rows += category.Live + category.Expired;
                    oldest = Earlier(oldest, Instant(reader, 7));
                }
            }

            var figures = await FiguresAsync(connection, cancellationToken);
            return new TierSnapshot(Name, asOf)
            {
                Live = categories.Sum(category => category.Live),
                Expired = categories.Sum(category => category.Expired),
                WithoutExpiry = withoutExpiry,
                Bytes = categories.Sum(category => category.Bytes),
                StoreBytes = figures.TryGetValue("total_bytes", out var total) ? (long)total : null,
                LimitBytes = settings.LimitBytes,
                Hot = table.Has("accessed_at") ? hot : null,
                MeanAccessCount = rows == 0 || !table.Has("access_count") ? null : (double)accesses / rows,
                OldestAt = oldest,
                Categories = categories,
                Figures = figures,
                Took = time.GetElapsedTime(begun),
            };
        }, cancellationToken);

    public async IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = filter.After is { } text ? long.Parse(text) : long.MinValue;
        while (true)
        {
            var page = await RunAsync("scan", (connection, table) => PageAsync(connection, table, filter, after, cancellationToken), cancellationToken);
            var last = page.Count < filter.PageSize;
            if (page.Count > 0)
            {
                after = long.Parse(page[^1].Id);
            }

            yield return new EntryPage(page, last ? null : after.ToString());
            if (last)
            {
                yield break;
            }

            if (filter.Pause > TimeSpan.Zero)
            {
                await Task.Delay(filter.Pause, time, cancellationToken);
            }
        }
    }

    public Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<StoredEntry>>("read", async (connection, table) =>
        {
            await using var command = Command(connection, scope, default, $"SELECT t.id::text, row_to_json(t)::text FROM {table.Name} t WHERE {table.Scope(scope)} AND t.id = ANY(@ids)");
            command.Parameters.AddWithValue("ids", entries.Select(entry => long.Parse(entry.Id)).ToArray());
            return await ReadRowsAsync(command, entries, cancellationToken);
        }, cancellationToken);

    public Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken) =>
        batch.Entries.Count == 0 ? Task.FromResult(RemovalOutcome.Nothing) : RunAsync("remove", async (connection, table) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var command = Command(connection, batch.Scope, default, $"""
                DELETE FROM {table.Name} t USING unnest(@ids, @versions) AS wanted(id, version)
                WHERE t.id = wanted.id AND t.xmin::text = wanted.version AND {table.Scope(batch.Scope)} AND clock_timestamp() < @deadline
                RETURNING t.id::text, row_to_json(t)::text
                """);
            AddVersions(command, batch.Entries, batch.Deadline);
            var removed = await ReadRowsAsync(command, batch.Entries, cancellationToken);
            await receipt(removed, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return Outcome(batch.Entries, removed);
        }, cancellationToken);

    public Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken) =>
        rewrites.Count == 0 ? Task.FromResult(RemovalOutcome.Nothing) : RunAsync("rewrite", async (connection, table) =>
        {
            var heads = rewrites.Select(rewrite => rewrite.Entry).ToList();
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var look = Command(connection, scope, default, $"""
                SELECT t.id::text, row_to_json(t)::text FROM {table.Name} t JOIN unnest(@ids, @versions) AS wanted(id, version) ON t.id = wanted.id AND t.xmin::text = wanted.version
                WHERE {table.Scope(scope)} AND clock_timestamp() < @deadline FOR UPDATE OF t
                """);
            AddVersions(look, heads, deadline);
            var before = await ReadRowsAsync(look, heads, cancellationToken);
            await receipt(before, cancellationToken);
            var still = before.Select(entry => entry.Head.Id).ToHashSet();
            await WriteAsync(connection, table, scope, [.. rewrites.Where(rewrite => still.Contains(rewrite.Entry.Id))], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return Outcome(heads, before);
        }, cancellationToken);

    public Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken) =>
        entries.Count == 0 ? Task.FromResult(new RestoreOutcome()) : RunAsync("restore", async (connection, table) =>
        {
            var expired = mode == RestoreMode.Exact ? [] : entries.Where(entry => entry.Head.IsExpired(now)).Select(entry => entry.Head.Id).ToHashSet();
            var wanted = entries.Where(entry => !expired.Contains(entry.Head.Id)).ToList();
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (mode == RestoreMode.Replace)
            {
                await using var clear = Command(connection, scope, default, $"DELETE FROM {table.Name} t WHERE {table.Scope(scope)} AND t.id = ANY(@ids)");
                clear.Parameters.AddWithValue("ids", wanted.Select(entry => long.Parse(entry.Head.Id)).ToArray());
                await clear.ExecuteNonQueryAsync(cancellationToken);
            }

            await using var command = Command(connection, scope, default, $"""
                INSERT INTO {table.Name} AS t ({table.Columns}) OVERRIDING SYSTEM VALUE
                SELECT {table.Columns} FROM json_populate_recordset(NULL::{table.Name}, @rows) AS t WHERE {table.Scope(scope)}
                ON CONFLICT DO NOTHING RETURNING t.id::text
                """);
            command.Parameters.Add(new NpgsqlParameter("rows", NpgsqlDbType.Json) { Value = JsonArray(wanted) });
            var restored = new List<string>();
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    restored.Add(reader.GetString(0));
                }
            }

            await transaction.CommitAsync(cancellationToken);
            return new RestoreOutcome
            {
                Restored = restored,
                ExpiredSince = [.. expired],
                WrittenSince = [.. wanted.Select(entry => entry.Head.Id).Except(restored)],
            };
        }, cancellationToken);

    /// <summary>Which of these hashes are this project's: Redis keys carry no project, rows do.</summary>
    public Task<IReadOnlyDictionary<string, OwnedHash>> FindHashesAsync(string project, IReadOnlyCollection<string> hashes, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyDictionary<string, OwnedHash>>("find hashes", async (connection, table) =>
        {
            var found = new Dictionary<string, OwnedHash>();
            await using var command = Command(connection, new TierScope(project), default, $"""
                SELECT t.query_hash, {table.Category}, {table.Text("agent_id")}, {table.Number("access_count")}, {table.Instant("accessed_at")}, {table.Instant("created_at")}, {table.Pinned}
                FROM {table.Name} t WHERE t.project_name = @project AND t.query_hash = ANY(@hashes)
                """);
            command.Parameters.AddWithValue("hashes", hashes.ToArray());
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var hash = reader.GetString(0);
                found[hash] = new OwnedHash(hash, Text(reader, 1), Text(reader, 2), Long(reader, 3), Instant(reader, 4), Instant(reader, 5), reader.GetBoolean(6));
            }

            return found;
        }, cancellationToken);

    public Task<(DateTimeOffset Clock, string? Identity)> AskServerAsync(CancellationToken cancellationToken) =>
        RunAsync("ask the clock", async (connection, _) =>
        {
            await using var command = new NpgsqlCommand("SELECT clock_timestamp(), current_database() || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || to_regclass(@table)::oid", connection);
            command.Parameters.AddWithValue("table", Quoted());
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return (Instant(reader, 0)!.Value, Text(reader, 1));
        }, cancellationToken);

    /// <summary>Runs work on one connection with the table's shape known; turns failures into sentences.</summary>
    public async Task<T> RunAsync<T>(string operation, Func<NpgsqlConnection, PostgresTable, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            var table = _table ??= await DetectAsync(connection, cancellationToken);
            Meter.Count(1);
            return await work(connection, table);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw Failure(operation, e);
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<PostgresTable> DetectAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var columns = new Dictionary<string, string>();
        await using var command = new NpgsqlCommand(
            """
            SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a
            WHERE a.attrelid = to_regclass(@table) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
            """,
            connection);
        command.Parameters.AddWithValue("table", Quoted());
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                columns[reader.GetString(0)] = reader.GetString(1);
            }
        }

        string[] needed = ["id", "query_hash", "response_text", "project_name", "created_at"];
        var missing = needed.Where(column => !columns.ContainsKey(column)).ToList();
        return (columns.Count, missing.Count) switch
        {
            (0, _) => throw new TierException(Name, "look", $"table {settings.Table} does not exist or may not be seen", "Create it, or name the right one in postgresql.table."),
            (_, > 0) => throw new TierException(Name, "look", $"table {settings.Table} has no column {string.Join(", ", missing)}", "Name the table of the cache in postgresql.table."),
            _ => new PostgresTable(settings.Table, columns, settings.ExpiryClock),
        };
    }

    private async Task<List<EntryHead>> PageAsync(NpgsqlConnection connection, PostgresTable table, EntryFilter filter, long after, CancellationToken cancellationToken)
    {
        var page = new List<EntryHead>(filter.PageSize);
        await using var command = Command(connection, filter.Scope, filter.AsOf, $"""
            SELECT t.id::text, t.xmin::text, t.query_hash, {table.Category}, {table.Text("agent_id")}, pg_column_size(t.*)::bigint,
                {table.Instant("created_at")}, {table.Instant("updated_at")}, {table.Instant("accessed_at")}, {table.Number("access_count")}, {table.ExpiresAt}, {table.Pinned}
            FROM {table.Name} t WHERE {table.Scope(filter.Scope)} AND t.id > @after{table.State(filter.State)}
            ORDER BY t.id LIMIT @size
            """);
        command.Parameters.AddWithValue("after", after);
        command.Parameters.AddWithValue("size", filter.PageSize);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            page.Add(new EntryHead(Name, reader.GetString(0), reader.GetString(1))
            {
                QueryHash = Text(reader, 2),
                Category = Text(reader, 3),
                Agent = Text(reader, 4),
                Bytes = reader.GetInt64(5),
                CreatedAt = Instant(reader, 6),
                UpdatedAt = Instant(reader, 7),
                AccessedAt = Instant(reader, 8),
                AccessCount = Long(reader, 9),
                ExpiresAt = Instant(reader, 10),
                Pinned = reader.GetBoolean(11),
            });
        }

        return page;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, PostgresTable table, TierScope scope, IReadOnlyList<EntryRewrite> rewrites, CancellationToken cancellationToken)
    {
        var ends = table.Has("expires_at")
            ? $"expires_at = CASE WHEN wanted.ends IS NULL THEN t.expires_at ELSE wanted.ends{(table.Instant("expires_at").Contains("AT TIME ZONE", StringComparison.Ordinal) ? " AT TIME ZONE 'UTC'" : "")} END"
            : $"ttl_seconds = CASE WHEN wanted.ends IS NULL THEN t.ttl_seconds ELSE GREATEST(0, ceil(extract(epoch FROM wanted.ends - {table.Instant("created_at")})))::integer END";
        await using var command = Command(connection, scope, default, $"""
            UPDATE {table.Name} t SET response_text = COALESCE(wanted.value, t.response_text), {ends}
            FROM unnest(@ids, @values, @ends) AS wanted(id, value, ends) WHERE t.id = wanted.id AND {table.Scope(scope)}
            """);
        command.Parameters.AddWithValue("ids", rewrites.Select(rewrite => long.Parse(rewrite.Entry.Id)).ToArray());
        command.Parameters.AddWithValue("values", NpgsqlDbType.Array | NpgsqlDbType.Text, rewrites.Select(rewrite => rewrite.Value is { } value ? Encoding.UTF8.GetString(value.Span) : null).ToArray());
        command.Parameters.AddWithValue("ends", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, rewrites.Select(rewrite => rewrite.ExpiresAt?.UtcDateTime).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
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
                current_setting('max_connections')::float8 AS max_connections
            FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid WHERE c.oid = to_regclass(@table)
            """,
            connection);
        command.Parameters.AddWithValue("table", Quoted());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken))
        {
            for (var column = 0; column < reader.FieldCount; column++)
            {
                if (!reader.IsDBNull(column))
                {
                    figures[reader.GetName(column)] = reader.GetDouble(column);
                }
            }
        }

        return figures;
    }

    private string Quoted() => string.Join('.', settings.Table.Split('.').Select(part => $"\"{part}\""));

    private static NpgsqlCommand Command(NpgsqlConnection connection, TierScope scope, DateTimeOffset asOf, string sql)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("project", scope.Project);
        if (scope.Category is { } category)
        {
            command.Parameters.AddWithValue("category", category);
        }

        if (sql.Contains("@as_of", StringComparison.Ordinal))
        {
            command.Parameters.AddWithValue("as_of", asOf.UtcDateTime);
        }

        return command;
    }

    private static void AddVersions(NpgsqlCommand command, IReadOnlyList<EntryHead> entries, DateTimeOffset deadline)
    {
        command.Parameters.AddWithValue("ids", entries.Select(entry => long.Parse(entry.Id)).ToArray());
        command.Parameters.AddWithValue("versions", entries.Select(entry => entry.Version).ToArray());
        command.Parameters.AddWithValue("deadline", deadline.UtcDateTime);
    }

    private static async Task<List<StoredEntry>> ReadRowsAsync(NpgsqlCommand command, IReadOnlyList<EntryHead> heads, CancellationToken cancellationToken)
    {
        var byId = heads.ToDictionary(head => head.Id);
        var rows = new List<StoredEntry>(heads.Count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new StoredEntry(byId[reader.GetString(0)], "row", Encoding.UTF8.GetBytes(reader.GetString(1))));
        }

        return rows;
    }

    private static RemovalOutcome Outcome(IReadOnlyList<EntryHead> asked, IReadOnlyList<StoredEntry> done)
    {
        var removed = done.Select(entry => entry.Head.Id).ToList();
        return new RemovalOutcome(removed, [.. asked.Select(entry => entry.Id).Except(removed)], []);
    }

    private static string JsonArray(IReadOnlyList<StoredEntry> entries)
    {
        var text = new StringBuilder("[");
        foreach (var entry in entries)
        {
            text.Append(text.Length > 1 ? "," : "").Append(Encoding.UTF8.GetString(entry.Content.Span));
        }

        return text.Append(']').ToString();
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static long? Long(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private static DateTimeOffset? Instant(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc));

    private TierException Failure(string operation, Exception e)
    {
        var (cause, hint) = e switch
        {
            PostgresException { SqlState: "28P01" or "28000" } => ("the user or password was refused", "Check the user and password in DATABASE_URL (postgresql.url)."),
            PostgresException { SqlState: "3D000" } p => (p.MessageText, "Check the database's name in DATABASE_URL (postgresql.url)."),
            PostgresException { SqlState: "42501" } p => (p.MessageText, $"Grant SELECT, UPDATE, DELETE (and INSERT to undo) on {settings.Table} to the keeper's role."),
            PostgresException { SqlState: "42P01" } => ($"table {settings.Table} does not exist", "Create it, or name the right one in postgresql.table."),
            PostgresException { SqlState: "57014" } => ($"it took longer than {settings.Timeout.TotalSeconds:0.#} s", "Raise postgresql.timeout, or look at 'cachekeeper debug performance'."),
            PostgresException p => ($"{p.MessageText} ({p.SqlState})", ""),
            { InnerException: TimeoutException } or TimeoutException => ($"no answer within {settings.Timeout.TotalSeconds:0.#} s", "Check that the server is up and not overloaded."),
            { InnerException: System.Net.Sockets.SocketException s } => (s.Message, "Check that the server is up and that DATABASE_URL (postgresql.url) names its address."),
            _ => (e.Message, "Check that the server is up."),
        };
        return new TierException(Name, operation, cause, hint, e)
        {
            CredentialsRejected = e is PostgresException { SqlState: "28P01" or "28000" },
            Transient = e is NpgsqlException { IsTransient: true },
        };
    }
}
