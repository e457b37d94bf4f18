using CacheKeeper.Backup.Format;
using Npgsql;

namespace CacheKeeper.Backup.Copies;

/// <summary>
/// Writes rows back in one transaction: readers see the table as it was until it commits. An empty scope is filled by COPY directly; else the lines go to
/// a temporary table and from there what is missing or different, never a row of another project.
/// </summary>
/// <param name="expiresAt">When a row's own time ends, as SQL over <c>t</c>.</param>
internal sealed class PostgresRestoreRunner(NpgsqlConnection connection, RestoreWork work, string expiresAt)
{
    private const string Staged = "cachekeeper_restore";
    private const int WorthAnIndexBuild = 5000;
    private readonly TableShape _shape = work.Part.Table!;
    private readonly List<string> _remarks = [];

    private string Columns => string.Join(", ", _shape.Columns.Select(column => PostgresExportStore.Quote(column.Name)));

    private string Scope => ScopeOf(work);

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

    /// <summary>Whether a row of the scope stands.</summary>
    public static async Task<bool> AnyAsync(NpgsqlConnection connection, RestoreWork work, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, work, $"SELECT EXISTS (SELECT 1 FROM {work.Part.Table!.Name} t WHERE {ScopeOf(work)})");
        return await command.ExecuteScalarAsync(cancellationToken) is true;
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

        var empty = made || !await AnyAsync(connection, work, cancellationToken);
        var tally = empty && mayFillDirectly ? await FillAsync(cancellationToken) : await MergeAsync(cancellationToken);
        if (tally is null)
        {
            return null;
        }

        await MendIndexesAsync(cancellationToken);
        await PostgresShapeStore.AdvanceSequenceAsync(connection, _shape.Name, _shape.SequenceValue, cancellationToken);
        await work.ProveAsync(cancellationToken);
        await PostgresExportStore.ExecuteAsync(connection, "COMMIT", cancellationToken);
        return tally with { Remarks = _remarks };
    }

    private async Task<RestoreTally?> FillAsync(CancellationToken cancellationToken)
    {
        var aside = work.Part.Entries < WorthAnIndexBuild ? [] : await PostgresIndexStore.SetAsideAsync(connection, _shape.Name, work.ReadersMayWait, cancellationToken);
        var copied = await CopyInAsync(connection, _shape.Name, _shape.Columns, work.Lines(cancellationToken), work.Progress, cancellationToken);
        await PostgresIndexStore.BuildAsync(connection, aside, cancellationToken);
        var (rows, ended) = await CountRowsAsync(cancellationToken);
        var expired = ended == 0 ? 0 : await CountAsync($"DELETE FROM {_shape.Name} t WHERE {Scope} AND {expiresAt} <= @now", cancellationToken);

        // Else others wrote rows of the project meanwhile, or the backup holds rows that are not its: row by row it is told which.
        return rows == copied && expired == ended ? new RestoreTally { Added = copied - expired, Expired = expired } : null;
    }

    // Almost never has one ended meanwhile: a look is cheaper than a DELETE that finds nothing.
    private async Task<(long Rows, long Ended)> CountRowsAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(connection, work, $"SELECT count(*), count(*) FILTER (WHERE {expiresAt} <= @now) FROM {_shape.Name} t WHERE {Scope}");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private async Task<RestoreTally> MergeAsync(CancellationToken cancellationToken)
    {
        await PostgresExportStore.ExecuteAsync(connection, $"CREATE TEMP TABLE {Staged} ON COMMIT DROP AS SELECT {Columns}, NULL::text AS cachekeeper_state FROM {_shape.Name} WITH NO DATA", cancellationToken);
        await CopyInAsync(connection, Staged, _shape.Columns, work.Lines(cancellationToken), work.Progress, cancellationToken);
        await PostgresExportStore.ExecuteAsync(connection, $"CREATE INDEX ON {Staged} (query_hash); ANALYZE {Staged}", cancellationToken);
        if (await CountAsync($"UPDATE {Staged} SET cachekeeper_state = 'alien' WHERE project_name IS DISTINCT FROM @project", cancellationToken) > 0)
        {
            throw new KeeperException($"The backup holds rows that are not {work.Scope.Project}'s; nothing was restored.", "", ExitCode.Refused);
        }

        string Row(string alias) => $"ROW({string.Join(", ", _shape.Columns.Select(column => $"{alias}.{PostgresExportStore.Quote(column.Name)}"))})::text";
        var match = $"FROM {_shape.Name} t WHERE t.query_hash = s.query_hash AND s.cachekeeper_state IS NULL";
        var same = await CountAsync($"UPDATE {Staged} s SET cachekeeper_state = 'same' {match} AND t.project_name = @project AND {Row("t")} = {Row("s")}", cancellationToken);
        var expired = await CountAsync($"UPDATE {Staged} t SET cachekeeper_state = 'expired' WHERE cachekeeper_state IS NULL AND {expiresAt} <= @now", cancellationToken);
        var left = work.Aim == RestoreAim.OnlyMissing ? await CountAsync($"UPDATE {Staged} s SET cachekeeper_state = 'left' {match} AND t.project_name = @project", cancellationToken) : 0;
        var foreign = await CountAsync($"UPDATE {Staged} s SET cachekeeper_state = 'foreign' {match} AND t.project_name <> @project", cancellationToken);
        Remark(foreign, "query hashes stand in another project's rows meanwhile; those rows were left");
        var others = await CountAsync($"DELETE FROM {_shape.Name} t WHERE {Scope} AND @exact AND NOT EXISTS (SELECT 1 FROM {Staged} s WHERE s.query_hash = t.query_hash)", cancellationToken);
        var replaced = work.Aim == RestoreAim.OnlyMissing ? 0 : await CountAsync($"DELETE FROM {_shape.Name} t USING {Staged} s WHERE t.query_hash = s.query_hash AND s.cachekeeper_state IS NULL AND t.project_name = @project", cancellationToken);
        var inserted = await CountAsync(
            $"INSERT INTO {_shape.Name} ({Columns}) OVERRIDING SYSTEM VALUE SELECT {Columns} FROM {Staged} s WHERE cachekeeper_state IS NULL AND NOT EXISTS (SELECT 1 FROM {_shape.Name} t WHERE t.id = s.id) ON CONFLICT DO NOTHING",
            cancellationToken);
        var renumbered = await InsertRenumberedAsync(cancellationToken);
        return new RestoreTally { Added = inserted + renumbered - replaced, Replaced = replaced, Same = same, Left = left + foreign, Expired = expired, Removed = others };
    }

    // Rows whose id another entry has taken get a new one: their hash is what identifies them.
    private async Task<long> InsertRenumberedAsync(CancellationToken cancellationToken)
    {
        await PostgresShapeStore.AdvanceSequenceAsync(connection, _shape.Name, _shape.SequenceValue, cancellationToken);
        var rest = string.Join(", ", _shape.Columns.Skip(1).Select(column => PostgresExportStore.Quote(column.Name)));
        var renumbered = await CountAsync(
            $"INSERT INTO {_shape.Name} ({rest}) SELECT {rest} FROM {Staged} s WHERE cachekeeper_state IS NULL AND NOT EXISTS (SELECT 1 FROM {_shape.Name} t WHERE t.query_hash = s.query_hash) ON CONFLICT DO NOTHING",
            cancellationToken);
        Remark(renumbered, "rows got new ids: theirs belong to other rows meanwhile");
        return renumbered;
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

    private async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, work, sql);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string ScopeOf(RestoreWork work) => work.Scope.Category is null ? "t.project_name = @project" : "t.project_name = @project AND COALESCE(t.category, 'general') = @category";

    private static NpgsqlCommand Command(NpgsqlConnection connection, RestoreWork work, string sql)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddWithValue("project", work.Scope.Project);
        command.Parameters.AddWithValue("now", work.Now.UtcDateTime);
        command.Parameters.AddWithValue("exact", work.Aim == RestoreAim.Exact);
        command.Parameters.AddWithValue("category", work.Scope.Category ?? "");
        return command;
    }

    private void Remark(long count, string what)
    {
        if (count > 0)
        {
            _remarks.Add($"{count:N0} {what}.");
        }
    }
}
