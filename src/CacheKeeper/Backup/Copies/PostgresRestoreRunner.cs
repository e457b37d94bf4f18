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
        foreach (var way in new[] { FillWay.Binary, FillWay.Text })
        {
            try
            {
                if (await OnceAsync(way, cancellationToken) is { } tally)
                {
                    return tally;
                }
            }
            catch (Exception e) when (way == FillWay.Binary && PostgresFillStore.IsNotPlain(e))
            {
                // A value that is not in its type's plain form: as text it is as it was.
                await AgainAsync(cancellationToken);
                continue;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // Another project's row, or one that came meanwhile, has one of our ids or hashes: the slower way finds out which.
            }

            break;
        }

        await AgainAsync(cancellationToken);
        return (await OnceAsync(FillWay.Merged, cancellationToken))!;
    }

    private async Task AgainAsync(CancellationToken cancellationToken)
    {
        await PostgresExportStore.ExecuteAsync(connection, "ROLLBACK", cancellationToken);
        _remarks.Clear();
    }

    // Null, and the transaction still open, when the scope's rows are not those that it was filled with.
    private async Task<RestoreTally?> OnceAsync(FillWay way, CancellationToken cancellationToken)
    {
        await PostgresExportStore.ExecuteAsync(connection, $"BEGIN; {PostgresExportStore.ExactText}", cancellationToken);
        var made = await PostgresShapeStore.MakeMissingAsync(connection, _shape, cancellationToken);
        if (made)
        {
            _remarks.Add($"The table {_shape.Name} did not exist and was made anew; grant other roles their rights on it.");
        }

        var empty = made || !await _rows.AnyAsync(cancellationToken);
        var tally = empty && way != FillWay.Merged ? await FillAsync(way, cancellationToken) : await new PostgresMergeRunner(_rows, work, expiresAt).RunAsync(cancellationToken);
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

    private async Task<RestoreTally?> FillAsync(FillWay way, CancellationToken cancellationToken)
    {
        var aside = work.Part.Entries < WorthAnIndexBuild ? [] : await PostgresIndexStore.SetAsideAsync(connection, _shape.Name, work.ReadersMayWait, cancellationToken);
        var target = new FillTarget(_shape.Name, _shape.Columns, work.Progress);
        var copied = way == FillWay.Binary && await BinaryAsync(connection, _shape, cancellationToken) is { } binary
            ? await PostgresFillStore.AsBinaryAsync(connection, target, binary, work.Lines(cancellationToken), cancellationToken)
            : await PostgresFillStore.AsTextAsync(connection, target, work.Lines(cancellationToken), cancellationToken);
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

    /// <summary>The binary form of a backup's lines; null when the table's columns are of other types now, or one of a type that is not known.</summary>
    public static async Task<PostgresBinaryRows?> BinaryAsync(NpgsqlConnection connection, TableShape shape, CancellationToken cancellationToken)
    {
        var types = (await PostgresShapeStore.ColumnsAsync(connection, shape.Name, cancellationToken)).ToDictionary(column => column.Name, column => column.Type);
        return shape.Columns.All(column => types.GetValueOrDefault(column.Name) == column.Type) ? PostgresBinaryRows.For(shape.Columns) : null;
    }

    // How rows get in: directly, in binary form or as text, or merged with what stands.
    private enum FillWay
    {
        Binary,
        Text,
        Merged,
    }
}
