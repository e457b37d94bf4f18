using CacheKeeper.Backup.Format;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Backup.Copies;

/// <summary>One COPY out of the table, in one snapshot, as blocks of whole lines.</summary>
internal sealed class PostgresExportStore : IAsyncDisposable
{
    private readonly PostgresTier _tier;
    private readonly NpgsqlConnection _connection;
    private readonly TextReader _copy;
    private readonly LineStreamService _lines;

    private PostgresExportStore(PostgresTier tier, NpgsqlConnection connection, TextReader copy)
    {
        (_tier, _connection, _copy, _lines) = (tier, connection, copy, LinesOf(copy));
    }

    /// <summary>Prepares a connection for exact text: the same bytes from every server, whatever its settings.</summary>
    public const string ExactText = """
        SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';
        SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; SET LOCAL timezone = 'UTC'
        """;

    /// <summary>Begins to read a scope's rows in the order of their ids.</summary>
    /// <param name="columns">Which columns, the id first; null means all.</param>
    public static async Task<PostgresExportStore> BeginAsync(PostgresTier tier, TierScope scope, CopyFacts facts, IReadOnlyList<ShapeColumn>? columns, CancellationToken cancellationToken)
    {
        var connection = await tier.ConnectAsync(cancellationToken);
        try
        {
            var table = await tier.TableAsync(connection, cancellationToken);
            await ExecuteAsync(connection, $"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {ExactText}", cancellationToken);
            await PostgresShapeStore.ReadAsync(connection, table.Name, facts, cancellationToken);

            // COPY takes no parameters: what the query needs travels in settings of this transaction, read once by subqueries, not for each row.
            await using (var set = new NpgsqlCommand("SELECT set_config('cachekeeper.project', @project, true), set_config('cachekeeper.category', @category, true)", connection))
            {
                set.Parameters.AddWithValue("project", scope.Project);
                set.Parameters.AddWithValue("category", scope.Category ?? "");
                await set.ExecuteNonQueryAsync(cancellationToken);
            }

            var category = scope.Category is null ? "" : $" AND {table.Category} = (SELECT current_setting('cachekeeper.category'))";
            var list = string.Join(", ", (columns ?? facts.Table!.Columns).Select(column => "t." + Quote(column.Name)));
            var copy = await connection.BeginTextExportAsync($"COPY (SELECT {list} FROM {table.Name} t WHERE t.project_name = (SELECT current_setting('cachekeeper.project')){category} ORDER BY t.id) TO STDOUT", cancellationToken);
            return new PostgresExportStore(tier, connection, copy);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw tier.Explain("copy out", e);
        }
    }

    /// <summary>Reads another table of this connection's session the same way (a scratch table).</summary>
    public static async Task<LineDigest> DigestAsync(NpgsqlConnection connection, string table, IReadOnlyList<ShapeColumn> columns, CancellationToken cancellationToken)
    {
        var digest = LineDigest.Empty;
        var list = string.Join(", ", columns.Select(column => Quote(column.Name)));
        using var copy = await connection.BeginTextExportAsync($"COPY (SELECT {list} FROM {table} ORDER BY id) TO STDOUT", cancellationToken);
        var lines = LinesOf(copy);
        while (await lines.NextAsync(cancellationToken) is { Length: > 0 } block)
        {
            digest = digest.Plus(LineDigest.Of(block.Span));
        }

        return digest;
    }

    /// <summary>The next lines, which stand until the next are asked for; empty at the end.</summary>
    public async Task<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _lines.NextAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            throw _tier.Explain("copy out", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // A copy that was not read to its end is cancelled; the connection may be broken by then, which ends it just as well.
            _copy.Dispose();
            await ExecuteAsync(_connection, "ROLLBACK", CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or InvalidOperationException or OperationCanceledException)
        {
            NpgsqlConnection.ClearPool(_connection);
        }

        await _connection.DisposeAsync();
    }

    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // The driver offers COPY in text form as characters only; its reader stands on the raw bytes, which are what we keep.
    private static LineStreamService LinesOf(TextReader copy) => new(((StreamReader)copy).BaseStream);
}
