using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CacheKeeper.Storage;

/// <summary>The keeper's own database: SQLite in the state folder, or PostgreSQL by URL. Never a tier it keeps.</summary>
/// <remarks>SQL written for it keeps to what both speak; times are unix milliseconds, documents JSON text.</remarks>
internal sealed class StateStore : IAsyncDisposable
{
    private readonly NpgsqlDataSource? _postgres;
    private readonly string? _sqlite;
    private readonly GroupCommitStore? _writer;

    private StateStore(StateLocation location, bool inTurn)
    {
        Location = location;
        if (location.ConnectionString is { } connectionString)
        {
            _postgres = CreatePostgres(connectionString);
            NowMilliseconds = "(extract(epoch from clock_timestamp()) * 1000)::bigint";
            return;
        }

        _sqlite = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(location.Directory, "cachekeeper.db"),
            DefaultTimeout = 30,
            Pooling = true,
            ForeignKeys = true,
        }.ToString();
        _writer = new GroupCommitStore(ConnectWriterAsync, inTurn ? write => write() : Task.Run);
        NowMilliseconds = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
    }

    public StateLocation Location { get; }

    /// <summary>Called with its name before each operation of the state and of the files beside it; checks of crash behaviour throw from it.</summary>
    public Action<string>? BeforeEach { get; set; }

    public bool IsPostgres => _postgres is not null;

    /// <summary>An SQL expression for the database's own clock in unix milliseconds: leases are compared with it, not with a node's clock.</summary>
    public string NowMilliseconds { get; }

    /// <summary>Opens the state, creating or migrating it.</summary>
    /// <exception cref="KeeperException">The state cannot be opened, or a newer version wrote it.</exception>
    public static Task<StateStore> OpenAsync(StateLocation location, CancellationToken cancellationToken) => OpenAsync(location, inTurn: false, cancellationToken);

    /// <param name="inTurn">Writes in the turn of the one thread that everything runs on, for simulations in which the order must follow from the seed alone.</param>
    /// <inheritdoc cref="OpenAsync(StateLocation, CancellationToken)"/>
    public static async Task<StateStore> OpenAsync(StateLocation location, bool inTurn, CancellationToken cancellationToken)
    {
        try
        {
            CreatePrivateDirectory(location.Directory);
            var store = new StateStore(location, inTurn);
            await new MigrationRunner(store).RunAsync(cancellationToken);
            return store;
        }
        catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KeeperException(
                $"The keeper's own state could not be opened ({(location.IsPostgres ? "CACHEKEEPER_STATE_URL" : location.Directory)}): {e.Message}",
                location.IsPostgres ? "Check that the server answers and that this role may create tables." : "Check that the folder may be written, or set state.directory.",
                CacheKeeper.ExitCode.Failed,
                e);
        }
    }

    /// <summary>An open connection; dispose it to give it back to the pool.</summary>
    public async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        BeforeEach?.Invoke("state");
        if (_postgres is not null)
        {
            return await _postgres.OpenConnectionAsync(cancellationToken);
        }

        var connection = new SqliteConnection(_sqlite);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>An open connection to write through. What a write means on the disk is said here and not at each look: the journal's kind stays in the file.</summary>
    public async Task<DbConnection> ConnectWriterAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        if (!IsPostgres)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return connection;
    }

    /// <summary>Runs work in one transaction; commits when it returns, takes back when it throws. Work writes only through the connection it is handed.</summary>
    public async Task<T> InTransactionAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        if (_writer is not null)
        {
            return await _writer.RunAsync(work, cancellationToken);
        }

        await using var connection = await ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var result = await work(connection, transaction);
        BeforeEach?.Invoke("state commit");
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public async Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken cancellationToken)
    {
        if (_writer is not null)
        {
            return await _writer.RunAsync((writing, transaction) => writing.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken)), cancellationToken);
        }

        await using var connection = await ConnectAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Rows made by hand. Dapper writes code for each type and statement when it first meets them: well spent in a daemon, longer than the look itself in a command that asks once.</summary>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> row, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    public async Task<T?> FindAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
        else
        {
            await _writer!.DisposeAsync();
            SqliteConnection.ClearPool(new SqliteConnection(_sqlite));
        }
    }

    // A stopped process must not hold the others up: what it left open in the middle of a transaction is taken back by the server.
    private static NpgsqlDataSource CreatePostgres(string connectionString)
    {
        const string Limit = "SET idle_in_transaction_session_timeout = '5s'";
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.UsePhysicalConnectionInitializer(
            connection => connection.Execute(Limit),
            async connection => await connection.ExecuteAsync(Limit));
        return builder.Build();
    }

    private static void CreatePrivateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
