using System.Net.Sockets;
using Npgsql;

namespace CacheKeeper.Tiers;

/// <summary>Runs work on one connection of the PostgreSQL tier with the table's shape known, and turns failures into sentences.</summary>
internal sealed class PostgresClient(NpgsqlDataSource source, PostgresSettings settings) : IAsyncDisposable
{
    private PostgresTable? _table;

    public TierMeter Meter { get; } = new();

    /// <summary>The table's name, quoted.</summary>
    public string Table { get; } = PostgresTable.Quote(settings.Table);

    public async Task<T> RunAsync<T>(string operation, Func<NpgsqlConnection, PostgresTable, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            var table = await TableAsync(connection, cancellationToken);
            Meter.Count(1);
            return await work(connection, table);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or SocketException)
        {
            throw Failure(operation, e);
        }
    }

    /// <summary>The table's shape, looked up once.</summary>
    public async Task<PostgresTable> TableAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => _table ??= await DetectAsync(connection, cancellationToken);

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => source.OpenConnectionAsync(cancellationToken);

    /// <summary>A statement that carries its scope; the instant goes in where the statement asks for it.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, TierScope scope, DateTimeOffset asOf, string sql)
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

    /// <summary>The rows a statement gives as (id, JSON of all columns), each with the head it was asked by.</summary>
    public static async Task<List<StoredEntry>> ReadRowsAsync(NpgsqlCommand command, IReadOnlyList<EntryHead> heads, CancellationToken cancellationToken)
    {
        var byId = heads.ToDictionary(head => head.Id);
        var rows = new List<StoredEntry>(heads.Count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new StoredEntry(byId[reader.GetString(0)], "row", reader.GetFieldValue<byte[]>(1)));
        }

        return rows;
    }

    /// <summary>What went wrong, as a sentence and what to do about it.</summary>
    public TierException Failure(string operation, Exception e)
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
            { InnerException: SocketException s } => (s.Message, "Check that the server is up and that DATABASE_URL (postgresql.url) names its address."),
            _ => (e.Message, "Check that the server is up."),
        };
        return new TierException(TierName.Postgresql, operation, cause, hint, e)
        {
            CredentialsRejected = e is PostgresException { SqlState: "28P01" or "28000" },
            Transient = e is NpgsqlException { IsTransient: true },
        };
    }

    public void RecycleConnections() => source.Clear();

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
        command.Parameters.AddWithValue("table", Table);
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
            (0, _) => throw new TierException(TierName.Postgresql, "look", $"table {settings.Table} does not exist or may not be seen", "Create it, or name the right one in postgresql.table."),
            (_, > 0) => throw new TierException(TierName.Postgresql, "look", $"table {settings.Table} has no column {string.Join(", ", missing)}", "Name the table of the cache in postgresql.table."),
            _ => new PostgresTable(settings.Table, columns, settings.ExpiryClock),
        };
    }
}
