using System.Buffers;
using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Dapper;

namespace CacheKeeper.Backup.Copies;

/// <summary>
/// The keeper's own state: every table's rows as JSON, in one transaction, and the receipts by which runs are undone. It is restored into a folder (a new
/// SQLite state), never over the state that is in use.
/// </summary>
internal sealed class StateCopyTier(StateStore state) : ICopyTier
{
    public const string Word = "state";
    private const int BlockBytes = 256 * 1024;
    private const int PieceBytes = 128 * 1024;
    private const string Receipts = "receipts";

    // Who runs now is no memory of what was.
    private static readonly string[] Passing = ["leases", "keepers", "schema_migrations"];

    public string Name => Word;

    public bool IsOrdered => false;

    public string? Resource => null;

    public LineFactsReader FactsOf(TierPart part) => line => new LineFacts(LineText.Text(LineText.Field(line, 0)) ?? "");

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ExportAsync(TierScope scope, CopyFacts facts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await state.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancellationToken);
        (facts.Server, var block) = (state.IsPostgres ? "PostgreSQL" : "SQLite", new ArrayBufferWriter<byte>());
        foreach (var table in await TablesAsync(connection, transaction))
        {
            await using var reader = await connection.ExecuteReaderAsync($"SELECT * FROM \"{table}\"", transaction: transaction);
            for (var number = 0; await reader.ReadAsync(cancellationToken); number++)
            {
                LineText.Write(block, $"{table}#{number}", first: true);
                LineText.Write(block, Row(reader).ToJsonString());
                LineText.End(block);
                if (block.WrittenCount > BlockBytes)
                {
                    yield return block.WrittenMemory;
                    block = new ArrayBufferWriter<byte>();
                }
            }
        }

        if (block.WrittenCount > 0)
        {
            yield return block.WrittenMemory;
        }

        await foreach (var piece in FilesAsync(cancellationToken))
        {
            yield return piece;
        }
    }

    public Task<RestoreTally> PreviewAsync(RestoreWork work, CancellationToken cancellationToken) => Task.FromResult(new RestoreTally { Added = work.Part.Entries, Remarks = ["The keeper's own state is restored into a folder: add --to FOLDER."] });

    public Task<RestoreTally> RestoreAsync(RestoreWork work, CancellationToken cancellationToken) =>
        throw KeeperException.Usage("The keeper's own state is never restored over the one in use.", "'backup restore --tier state --to FOLDER' makes a state in that folder; then set state.directory to it.");

    public async Task<DrillOutcome> DrillAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-drill-").FullName;
        try
        {
            await RestoreIntoAsync(folder, work, cancellationToken);
            await using var copy = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
            var digest = LineDigest.Empty;
            await foreach (var block in new StateCopyTier(copy).ExportAsync(work.Scope, new CopyFacts(), cancellationToken))
            {
                digest = digest.Plus(LineDigest.Of(block.Span));
            }

            return new DrillOutcome(Name, digest.Lines, digest.ToString() == work.Part.Digest ? 0 : 1, "a temporary folder");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Makes a state in an empty folder.</summary>
    /// <returns>Rows and pieces of receipts written.</returns>
    public static async Task<long> RestoreIntoAsync(string folder, RestoreWork work, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(folder, "cachekeeper.db")))
        {
            throw new KeeperException($"There is a keeper's state in {folder} already.", "Name an empty folder.", ExitCode.Refused);
        }

        await using var target = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
        return await target.InTransactionAsync(
            async (connection, transaction) =>
            {
                var written = 0L;
                foreach (var table in await TablesAsync(connection, transaction))
                {
                    await connection.ExecuteAsync($"DELETE FROM \"{table}\"", transaction: transaction);
                }

                await foreach (var line in LayerReaderService.LinesAsync(work.Lines(cancellationToken), cancellationToken))
                {
                    await WriteAsync(folder, connection, transaction, line);
                    written++;
                }

                return written;
            },
            cancellationToken);
    }

    private static async Task WriteAsync(string folder, DbConnection connection, DbTransaction transaction, ReadOnlyMemory<byte> line)
    {
        var id = LineText.Text(LineText.Field(line.Span, 0))!;
        var name = id[..id.LastIndexOf('#')];
        if (name.StartsWith(Receipts + "/", StringComparison.Ordinal))
        {
            var path = Path.Combine(folder, Receipts, Path.GetFileName(name));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var file = new FileStream(path, FileMode.Append);
            await file.WriteAsync(LineText.Unescape(LineText.Field(line.Span, 1)));
            return;
        }

        var row = JsonNode.Parse(LineText.Unescape(LineText.Field(line.Span, 1)))!.AsObject();
        var values = new DynamicParameters();
        foreach (var (column, value) in row)
        {
            values.Add("p_" + column, value is JsonObject blob ? Convert.FromBase64String(blob["base64"]!.GetValue<string>()) : Plain(value));
        }

        var columns = row.Select(pair => pair.Key).ToList();
        await connection.ExecuteAsync($"INSERT INTO \"{name}\" ({string.Join(", ", columns.Select(column => $"\"{column}\""))}) VALUES ({string.Join(", ", columns.Select(column => "@p_" + column))})", values, transaction);
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> FilesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = Path.Combine(state.Location.Directory, Receipts);
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            await using var file = File.OpenRead(path);
            var piece = new byte[PieceBytes];
            for (var number = 0; await file.ReadAtLeastAsync(piece, PieceBytes, throwOnEndOfStream: false, cancellationToken) is > 0 and var read; number++)
            {
                var block = new ArrayBufferWriter<byte>(read + 256);
                LineText.Write(block, $"{Receipts}/{Path.GetFileName(path)}#{number}", first: true);
                LineText.Write(block, piece.AsSpan(0, read));
                LineText.End(block);
                yield return block.WrittenMemory;
            }
        }
    }

    private static async Task<IReadOnlyList<string>> TablesAsync(DbConnection connection, DbTransaction transaction)
    {
        var sql = connection is Npgsql.NpgsqlConnection
            ? "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        return [.. (await connection.QueryAsync<string>(sql, transaction: transaction)).Except(Passing).Where(name => !name.StartsWith("qrtz", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
    }

    private static JsonObject Row(DbDataReader reader)
    {
        var row = new JsonObject();
        for (var column = 0; column < reader.FieldCount; column++)
        {
            row[reader.GetName(column)] = reader.GetValue(column) switch
            {
                DBNull => null,
                byte[] bytes => new JsonObject { ["base64"] = Convert.ToBase64String(bytes) },
                long number => number,
                int number => number,
                double number => number,
                bool flag => flag ? 1 : 0,
                var other => other.ToString(),
            };
        }

        return row;
    }

    private static object? Plain(JsonNode? value) => value switch
    {
        null => null,
        JsonValue number when number.TryGetValue<long>(out var whole) => whole,
        JsonValue number when number.TryGetValue<double>(out var real) => real,
        _ => value.GetValue<string>(),
    };
}
