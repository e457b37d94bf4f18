using CacheKeeper.Backup.Format;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Backup.Copies;

/// <summary>One COPY out of the table, in one snapshot, as blocks of whole lines.</summary>
internal sealed class PostgresExportStore : IAsyncDisposable
{
    private const int BlockBytes = 256 * 1024;
    private readonly PostgresTier _tier;
    private readonly NpgsqlConnection _connection;
    private readonly TextReader _copy;
    private readonly Stream _stream;
    private byte[] _rest = [];
    private bool _ended;

    private PostgresExportStore(PostgresTier tier, NpgsqlConnection connection, TextReader copy)
    {
        (_tier, _connection, _copy) = (tier, connection, copy);

        // The driver offers COPY in text form as characters only; its reader stands on the raw bytes, which are what we keep.
        _stream = ((StreamReader)copy).BaseStream;
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

            // COPY takes no parameters: what the query needs travels in settings of this transaction.
            await using (var set = new NpgsqlCommand("SELECT set_config('cachekeeper.project', @project, true), set_config('cachekeeper.category', @category, true)", connection))
            {
                set.Parameters.AddWithValue("project", scope.Project);
                set.Parameters.AddWithValue("category", scope.Category ?? "");
                await set.ExecuteNonQueryAsync(cancellationToken);
            }

            var category = scope.Category is null ? "" : $" AND {table.Category} = current_setting('cachekeeper.category')";
            var list = string.Join(", ", (columns ?? facts.Table!.Columns).Select(column => "t." + Quote(column.Name)));
            var copy = await connection.BeginTextExportAsync($"COPY (SELECT {list} FROM {table.Name} t WHERE t.project_name = current_setting('cachekeeper.project'){category} ORDER BY t.id) TO STDOUT", cancellationToken);
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
        var (stream, rest, ended) = (((StreamReader)copy).BaseStream, Array.Empty<byte>(), false);
        while (!ended)
        {
            (var block, rest, ended) = await NextAsync(stream, rest, cancellationToken);
            digest = digest.Plus(LineDigest.Of(block.Span));
        }

        return digest;
    }

    /// <summary>The next lines; empty at the end.</summary>
    public async Task<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!_ended)
            {
                (var block, _rest, _ended) = await NextAsync(_stream, _rest, cancellationToken);
                if (block.Length > 0)
                {
                    return block;
                }
            }

            return default;
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

    // Fills a block and cuts it after its last newline; a row longer than a block makes the block longer.
    private static async Task<(ReadOnlyMemory<byte> Block, byte[] Left, bool Ended)> NextAsync(Stream stream, byte[] rest, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Max(BlockBytes, rest.Length * 2)];
        rest.CopyTo(buffer, 0);
        var length = rest.Length;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read;
            var end = read == 0 || length == buffer.Length ? buffer.AsSpan(0, length).LastIndexOf((byte)'\n') + 1 : 0;
            if (read == 0 || end > 0)
            {
                return (buffer.AsMemory(0, end), buffer[end..length], read == 0);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }
}
