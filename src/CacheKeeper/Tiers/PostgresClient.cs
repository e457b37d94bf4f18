using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace CacheKeeper.Tiers;

/// <summary>Runs work on one connection of the PostgreSQL tier with the table's shape known, and turns failures into sentences.</summary>
internal sealed class PostgresClient(NpgsqlDataSource source, PostgresSettings settings) : IAsyncDisposable
{
    /// <summary>Cancelled work may take this long to give its connection up.</summary>
    private static readonly TimeSpan Grace = PostgresConnectionHost.CancellationTimeout + TimeSpan.FromMilliseconds(100);

    private static readonly string NpgsqlName = typeof(NpgsqlConnection).Assembly.GetName().Name!;

    private PostgresTable? _table;

    public TierMeter Meter { get; } = new();

    /// <summary>The table's name, quoted.</summary>
    public string Table { get; } = PostgresTable.Quote(settings.Table);

    public async Task<T> RunAsync<T>(string operation, Func<NpgsqlConnection, PostgresTable, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await PatienceAsync(WorkAsync(work, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (IsOfTheServer(e))
        {
            throw Failure(operation, e);
        }
    }

    /// <summary>Whether the server or the way to it failed, and not we. What Npgsql cannot read it calls a bug of its own, or lets the runtime call one.</summary>
    public static bool IsOfTheServer(Exception e) => e is NpgsqlException or TimeoutException or SocketException || (e is not OperationCanceledException && CameThroughNpgsql(e));

    /// <summary>The table's shape, looked up once.</summary>
    public async Task<PostgresTable> TableAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => _table ??= await DetectAsync(connection, cancellationToken);

    /// <summary>A connection within the time-out, all in all: Npgsql measures the time of each read, and reads the types of a new connection's server whatever is cancelled.</summary>
    /// <exception cref="TimeoutException">There is none in time.</exception>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var opening = source.OpenConnectionAsync(cancellationToken).AsTask();
        try
        {
            return await opening.WaitAsync(settings.Timeout, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _ = CloseLateAsync(opening);
            throw;
        }
    }

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
            rows.Add(new StoredEntry(byId.Asked(reader.GetString(0)), StoredEntry.Row, reader.GetFieldValue<byte[]>(1)));
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

    private async Task<T> WorkAsync<T>(Func<NpgsqlConnection, PostgresTable, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        try
        {
            var table = await TableAsync(connection, cancellationToken);
            Meter.Count(1);
            return await work(connection, table);
        }
        catch (Exception e) when (e is not NpgsqlException && IsOfTheServer(e))
        {
            // What stands in the connection after an answer that cannot be read is not for the next one.
            source.Clear();
            throw;
        }
    }

    // Work that hears of a cancellation gives its connection up soon; a network that drips may keep it from hearing. Then it is left to
    // itself: whatever it asks next is refused by the token it was given.
    private static async Task<T> PatienceAsync<T>(Task<T> working, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource();
        await using var cancelled = cancellationToken.Register(() => patience.CancelAfter(Grace));
        try
        {
            return await working.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!working.IsCompleted)
        {
            _ = working.ContinueWith(late => late.Exception, TaskScheduler.Default);
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static async Task CloseLateAsync(Task<NpgsqlConnection> opening)
    {
        try
        {
            await (await opening).DisposeAsync();
        }
        catch (Exception e) when (IsOfTheServer(e) || e is OperationCanceledException)
        {
        }
    }

    // Text that is no UTF-8, a date of the year 300,000: thrown by the runtime while Npgsql read an answer.
    private static bool CameThroughNpgsql(Exception e) =>
        new StackTrace(e).GetFrames().Any(frame => DiagnosticMethodInfo.Create(frame)?.DeclaringAssemblyName.StartsWith(NpgsqlName + ",", StringComparison.Ordinal) ?? false);

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
