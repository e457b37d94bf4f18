using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup.Copies;

/// <summary>
/// Merges the lines with the rows that stand, within the caller's transaction: by way of a temporary table, from there what is missing or different, never a
/// row of another project. Where a safety copy was made, only a row whose content it holds is replaced or removed: each statement looks at the row as it is
/// when it goes, so a row that somebody wrote after the copy stays.
/// </summary>
/// <param name="expiresAt">When a row's own time ends, as SQL over <c>t</c>.</param>
internal sealed class PostgresMergeRunner(PostgresScopeStore rows, RestoreWork work, string expiresAt)
{
    private const string Staged = "cachekeeper_restore";
    private const string Stood = "cachekeeper_stood";

    // A hit is no write: a row that was only read after the copy loses nothing but the count of it.
    private static readonly string[] Usage = ["access_count", "accessed_at", "hit_count", "miss_count"];
    private readonly TableShape _shape = work.Part.Table!;
    private readonly List<string> _remarks = [];

    /// <exception cref="KeeperException">A line is not the project's.</exception>
    public async Task<RestoreTally> RunAsync(CancellationToken cancellationToken)
    {
        var staged = await StageAsync(Staged, work.Part, work.Lines(cancellationToken), "query_hash", cancellationToken);
        if (work.Safety is { } safety)
        {
            await StageAsync(Stood, safety.Part, StandingLines(safety, cancellationToken), "id", cancellationToken);
        }

        if (await rows.CountAsync($"UPDATE {Staged} SET cachekeeper_state = 'alien' WHERE project_name IS DISTINCT FROM @project", cancellationToken) > 0)
        {
            throw new KeeperException($"The backup holds rows that are not {work.Scope.Project}'s; nothing was restored.", "", ExitCode.Refused);
        }

        var tally = await SortAsync(cancellationToken);
        return await WriteAsync(tally, staged - tally.Same - tally.Expired - tally.Left, cancellationToken) with { Remarks = _remarks };
    }

    private async Task<long> StageAsync(string name, TierPart part, IAsyncEnumerable<ReadOnlyMemory<byte>> lines, string key, CancellationToken cancellationToken)
    {
        await rows.ExecuteAsync($"CREATE TEMP TABLE {name} ON COMMIT DROP AS SELECT {PostgresScopeStore.ColumnsOf(part)}, NULL::text AS cachekeeper_state FROM {rows.Table} WITH NO DATA", cancellationToken);
        var staged = await PostgresFillStore.AsTextAsync(rows.Connection, new FillTarget(name, part.Table!.Columns, name == Staged ? work.Progress : _ => { }), lines, cancellationToken);
        await rows.ExecuteAsync($"CREATE INDEX ON {name} ({key}); ANALYZE {name}", cancellationToken);
        return staged;
    }

    // What the backup holds word for word need not travel twice.
    private IAsyncEnumerable<ReadOnlyMemory<byte>> StandingLines(SafetyLines safety, CancellationToken cancellationToken) =>
        IsShapedAlike(safety) ? LineFilterService.NotIn(safety.Lines(cancellationToken), work.Lines(cancellationToken), cancellationToken) : safety.Lines(cancellationToken);

    private bool IsShapedAlike(SafetyLines safety) => safety.Part.Table!.Columns.SequenceEqual(_shape.Columns);

    private async Task<RestoreTally> SortAsync(CancellationToken cancellationToken)
    {
        string Row(string alias) => $"ROW({string.Join(", ", _shape.Columns.Select(column => $"{alias}.{PostgresExportStore.Quote(column.Name)}"))})::text";
        var match = $"FROM {rows.Table} t WHERE t.query_hash = s.query_hash AND s.cachekeeper_state IS NULL";
        var same = await rows.CountAsync($"UPDATE {Staged} s SET cachekeeper_state = 'same' {match} AND t.project_name = @project AND {Row("t")} = {Row("s")}", cancellationToken);
        var expired = await rows.CountAsync($"UPDATE {Staged} t SET cachekeeper_state = 'expired' WHERE cachekeeper_state IS NULL AND {expiresAt} <= @now", cancellationToken);
        var left = work.Aim == RestoreAim.OnlyMissing ? await rows.CountAsync($"UPDATE {Staged} s SET cachekeeper_state = 'left' {match} AND t.project_name = @project", cancellationToken) : 0;
        var foreign = await rows.CountAsync($"UPDATE {Staged} s SET cachekeeper_state = 'foreign' {match} AND t.project_name <> @project", cancellationToken);
        Remark(foreign, "query hashes stand in another project's rows meanwhile; those rows were left");
        return new RestoreTally { Same = same, Expired = expired, Left = left + foreign };
    }

    // What is wanted and does not get in stands already: somebody wrote it after the safety copy, or between two of these statements.
    private async Task<RestoreTally> WriteAsync(RestoreTally tally, long wanted, CancellationToken cancellationToken)
    {
        var others = await rows.CountAsync($"DELETE FROM {rows.Table} t WHERE {rows.Scope} AND @exact AND {IsCopied()} AND NOT EXISTS (SELECT 1 FROM {Staged} s WHERE s.query_hash = t.query_hash)", cancellationToken);
        var replaced = work.Aim == RestoreAim.OnlyMissing ? 0 : await rows.CountAsync($"DELETE FROM {rows.Table} t USING {Staged} s WHERE t.query_hash = s.query_hash AND s.cachekeeper_state IS NULL AND t.project_name = @project AND {IsCopied(orRestored: true)}", cancellationToken);
        var inserted = await rows.CountAsync(
            $"INSERT INTO {rows.Table} ({rows.Columns}) OVERRIDING SYSTEM VALUE SELECT {rows.Columns} FROM {Staged} s WHERE cachekeeper_state IS NULL AND NOT EXISTS (SELECT 1 FROM {rows.Table} t WHERE t.id = s.id) ON CONFLICT DO NOTHING",
            cancellationToken);
        inserted += await InsertRenumberedAsync(cancellationToken);
        return tally with { Added = inserted - replaced, Replaced = replaced, Removed = others, Changed = wanted - inserted };
    }

    // Rows whose id another entry has taken get a new one: their hash is what identifies them.
    private async Task<long> InsertRenumberedAsync(CancellationToken cancellationToken)
    {
        await PostgresShapeStore.AdvanceSequenceAsync(rows.Connection, rows.Table, _shape.SequenceValue, cancellationToken);
        var rest = string.Join(", ", _shape.Columns.Skip(1).Select(column => PostgresExportStore.Quote(column.Name)));
        var renumbered = await rows.CountAsync(
            $"INSERT INTO {rows.Table} ({rest}) SELECT {rest} FROM {Staged} s WHERE cachekeeper_state IS NULL AND NOT EXISTS (SELECT 1 FROM {rows.Table} t WHERE t.query_hash = s.query_hash) ON CONFLICT DO NOTHING",
            cancellationToken);
        Remark(renumbered, "rows got new ids: theirs belong to other rows meanwhile");
        return renumbered;
    }

    // The row as it is at that moment has a content that the safety copy holds, or, where it goes for a line of the backup's, that this line holds.
    private string IsCopied(bool orRestored = false)
    {
        if (work.Safety is not { } safety)
        {
            return "true";
        }

        var columns = safety.Part.Table!.Columns.Select(column => column.Name).Except(Usage).Select(PostgresExportStore.Quote).ToList();
        string Content(string alias) => $"ROW({string.Join(", ", columns.Select(column => $"{alias}.{column}"))})::text";
        var copied = $"EXISTS (SELECT 1 FROM {Stood} c WHERE c.id = t.id AND {Content("c")} = {Content("t")})";
        return orRestored && IsShapedAlike(safety) ? $"({copied} OR {Content("s")} = {Content("t")})" : copied;
    }

    private void Remark(long count, string what)
    {
        if (count > 0)
        {
            _remarks.Add($"{count:N0} {what}.");
        }
    }
}
