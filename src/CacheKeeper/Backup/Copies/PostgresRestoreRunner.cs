using CacheKeeper.Backup.Format;
using Npgsql;

namespace CacheKeeper.Backup.Copies;

/// <summary>
/// Writes rows back in one transaction: readers see the table as it was until it commits. An empty scope is filled by COPY directly; else the lines are merged
/// with what stands.
/// </summary>
/// <param name="expiresAt">When a row's own time ends, as SQL over <c>t</c>.</param>
internal sealed class PostgresRestoreRunner(NpgsqlConnection connection, RestoreWork work, string expiresAt)
{
    private const int WorthAnIndexBuild = 5000;
    private readonly TableShape _shape = work.Part.Table!;
    private readonly PostgresScopeStore _rows = new(connection, work);
    private readonly List<string> _remarks = [];

    public async Task<RestoreTally> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await OnceAsync(mayFillDirectly: true, cancellationToken) is { } tally)
            {
                return tally;
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Another project's row, or one that came meanwhile, has one of our ids or hashes: the slower way finds out which.
        }

        await PostgresExportStore.ExecuteAsync(connection, "ROLLBACK", cancellationToken);
        _remarks.Clear();
        return (await OnceAsync(mayFillDirectly: false, cancellationToken))!;
    }

    /// <summary>Streams lines into a table.</summary>
    /// <returns>How many.</returns>
    public static async Task<long> CopyInAsync(NpgsqlConnection connection, string table, IReadOnlyList<ShapeColumn> columns, IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, Action<long> progress, CancellationToken cancellationToken)
    {
        var list = string.Join(", ", columns.Select(column => PostgresExportStore.Quote(column.Name)));
        var copied = 0L;
        await using var copy = await connection.BeginTextImportAsync($"COPY {table} ({list}) FROM STDIN", cancellationToken);
        var raw = ((StreamWriter)copy).BaseStream;
        await foreach (var block in blocks.WithCancellation(cancellationToken))
        {
            await raw.WriteAsync(block, cancellationToken);
            copied += block.Span.Count((byte)'\n');
            progress(copied);
        }

        return copied;
    }

    // Null, and the transaction still open, when the scope's rows are not those that it was filled with.
    private async Task<RestoreTally?> OnceAsync(bool mayFillDirectly, CancellationToken cancellationToken)
    {
        await PostgresExportStore.ExecuteAsync(connection, $"BEGIN; {PostgresExportStore.ExactText}", cancellationToken);
        var made = await PostgresShapeStore.MakeMissingAsync(connection, _shape, cancellationToken);
        if (made)
        {
            _remarks.Add($"The table {_shape.Name} did not exist and was made anew; grant other roles their rights on it.");
        }

        var empty = made || !await _rows.AnyAsync(cancellationToken);
        var tally = empty && mayFillDirectly ? await FillAsync(cancellationToken) : await new PostgresMergeRunner(_rows, work, expiresAt).RunAsync(cancellationToken);
        if (tally is null)
        {
            return null;
        }

        await MendIndexesAsync(cancellationToken);
        await PostgresShapeStore.AdvanceSequenceAsync(connection, _shape.Name, _shape.SequenceValue, cancellationToken);
        await work.ProveAsync(cancellationToken);
        await PostgresExportStore.ExecuteAsync(connection, "COMMIT", cancellationToken);
        return tally with { Remarks = [.. tally.Remarks, .. _remarks] };
    }

    private async Task<RestoreTally?> FillAsync(CancellationToken cancellationToken)
    {
        var aside = work.Part.Entries < WorthAnIndexBuild ? [] : await PostgresIndexStore.SetAsideAsync(connection, _shape.Name, work.ReadersMayWait, cancellationToken);
        var copied = await CopyInAsync(connection, _shape.Name, _shape.Columns, work.Lines(cancellationToken), work.Progress, cancellationToken);
        await PostgresIndexStore.BuildAsync(connection, aside, cancellationToken);
        var (rows, ours, ended) = await CountRowsAsync(cancellationToken);
        var expired = ended == 0 ? 0 : await _rows.CountAsync($"DELETE FROM {_shape.Name} t WHERE {_rows.Scope} AND {expiresAt} <= @now", cancellationToken);

        // Else others wrote rows of the project meanwhile, or the backup holds rows that are not its: row by row it is told which.
        return ours == copied && rows == ours && expired == ended ? new RestoreTally { Added = copied - expired, Expired = expired } : null;
    }

    // Ours are those that this transaction wrote, which one of others' and a missing one of ours cannot make up for. Almost never has one ended meanwhile: a look
    // is cheaper than a DELETE that finds nothing.
    private async Task<(long Rows, long Ours, long Ended)> CountRowsAsync(CancellationToken cancellationToken)
    {
        await using var command = _rows.Command($"SELECT count(*), count(*) FILTER (WHERE t.xmin = pg_current_xact_id()::xid), count(*) FILTER (WHERE {expiresAt} <= @now) FROM {_shape.Name} t WHERE {_rows.Scope}");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    private async Task MendIndexesAsync(CancellationToken cancellationToken)
    {
        var missing = await PostgresShapeStore.MissingIndexesAsync(connection, _shape, cancellationToken);
        if (missing.Count > 0 && await PostgresShapeStore.OwnsAsync(connection, _shape.Name, cancellationToken))
        {
            foreach (var index in missing)
            {
                await PostgresExportStore.ExecuteAsync(connection, index, cancellationToken);
                _remarks.Add("Made the missing index: " + index);
            }
        }
        else
        {
            _remarks.AddRange(missing.Select(index => "An index of the backup is missing, and this role may not make it: " + index));
        }
    }
}
