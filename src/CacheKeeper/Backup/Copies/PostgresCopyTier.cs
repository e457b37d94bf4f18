using System.Runtime.CompilerServices;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Backup.Copies;

/// <summary>Rows by COPY in text form: exact for every type, the same over server versions, and a line a row.</summary>
internal sealed class PostgresCopyTier(PostgresTier tier, ExpiryClock clock) : ICopyTier
{
    public string Name => TierName.Postgresql.Word();

    public bool IsOrdered => true;

    public string? Resource => "tier:" + Name;

    public LineFactsReader FactsOf(TierPart part) => LineFactsReaders.Rows(part.Table!, clock);

    /// <summary>Which database answers now, as <see cref="TierPart.Identity"/> tells it.</summary>
    public async Task<string> IdentityAsync(CancellationToken cancellationToken)
    {
        await using var connection = await tier.ConnectAsync(cancellationToken);
        return await PostgresShapeStore.IdentityAsync(connection, cancellationToken);
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ExportAsync(TierScope scope, CopyFacts facts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var export = await PostgresExportStore.BeginAsync(tier, scope, facts, null, cancellationToken);
        while (await export.NextAsync(cancellationToken) is { Length: > 0 } block)
        {
            yield return block;
        }
    }

    /// <summary>Both sides in the order of their ids, side by side: nothing is written, nothing held.</summary>
    public async Task<RestoreTally> PreviewAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        await using (var connection = await tier.ConnectAsync(cancellationToken))
        {
            if (await MissingColumnsAsync(connection, work.Part.Table!, cancellationToken) is null)
            {
                return new RestoreTally { Added = work.Part.Entries, Remarks = [$"The table {work.Part.Table!.Name} does not exist; it would be made."] };
            }
        }

        var endOf = LineFactsReaders.RowEnds(work.Part.Table!, clock);
        var tally = new RestoreTally();
        await foreach (var (now, then) in PairsAsync(work, cancellationToken))
        {
            tally = (now, then) switch
            {
                (not null, null) => work.Aim == RestoreAim.Exact ? tally with { Removed = tally.Removed + 1 } : tally with { Newer = tally.Newer + 1 },
                (not null, not null) when now.Value.Span.SequenceEqual(then.Value.Span) => tally with { Same = tally.Same + 1 },
                _ when endOf(then!.Value.Span) <= work.Now => tally with { Expired = tally.Expired + 1 },
                (null, _) => tally with { Added = tally.Added + 1 },
                _ => work.Aim == RestoreAim.OnlyMissing ? tally with { Left = tally.Left + 1 } : tally with { Replaced = tally.Replaced + 1 },
            };
        }

        return tally;
    }

    /// <summary>All in one transaction, so this hangs on the table alone; one that does not exist is made in it.</summary>
    public async Task<bool> FillsAtOnceAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await tier.ConnectAsync(cancellationToken);
            return await MissingColumnsAsync(connection, work.Part.Table!, cancellationToken) is null || !await new PostgresScopeStore(connection, work).AnyAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw tier.Explain("restore", e);
        }
    }

    public async Task<RestoreTally> RestoreAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await tier.ConnectAsync(cancellationToken);
            return await new PostgresRestoreRunner(connection, work, await ExpiresAtAsync(connection, work, cancellationToken)).RunAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw tier.Explain("restore", e);
        }
    }

    /// <summary>A temporary table like the real one, indexes and all: every role may make one, nobody else sees it, it goes with the session.</summary>
    public async Task<DrillOutcome> DrillAsync(RestoreWork work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await tier.ConnectAsync(cancellationToken);
            var digest = await TryDrillAsync(connection, work, await PostgresRestoreRunner.BinaryAsync(connection, work.Part.Table!, cancellationToken), cancellationToken)
                ?? await TryDrillAsync(connection, work, null, cancellationToken) ?? LineDigest.Empty;
            var differences = digest.ToString() == work.Part.Digest ? 0 : Math.Max(1, Math.Abs(digest.Lines - work.Part.Entries));
            return new DrillOutcome(Name, digest.Lines, differences, "a temporary table with the same indexes");
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw tier.Explain("drill", e);
        }
    }

    // By the same two ways as a restore; null when not all values are in the plain form that the binary one knows.
    private async Task<LineDigest?> TryDrillAsync(NpgsqlConnection connection, RestoreWork work, PostgresBinaryRows? binary, CancellationToken cancellationToken)
    {
        var target = new FillTarget("cachekeeper_drill", work.Part.Table!.Columns, work.Progress);
        var table = await tier.TableAsync(connection, cancellationToken);
        LineDigest? digest = null;
        try
        {
            await PostgresExportStore.ExecuteAsync(connection, $"BEGIN; {PostgresExportStore.ExactText}; CREATE TEMP TABLE {target.Table} (LIKE {table.Name} INCLUDING ALL) ON COMMIT DROP", cancellationToken);
            await (binary is null ? PostgresFillStore.AsTextAsync(connection, target, work.Lines(cancellationToken), cancellationToken) : PostgresFillStore.AsBinaryAsync(connection, target, binary, work.Lines(cancellationToken), cancellationToken));
            digest = await PostgresExportStore.DigestAsync(connection, target.Table, target.Columns, cancellationToken);
        }
        catch (Exception e) when (binary is not null && PostgresFillStore.IsNotPlain(e))
        {
        }

        await PostgresExportStore.ExecuteAsync(connection, "ROLLBACK", cancellationToken);
        return digest;
    }

    // The row's end as SQL, in terms of the columns that this table has; a table that is about to be made has all of the backup's.
    private async Task<string> ExpiresAtAsync(NpgsqlConnection connection, RestoreWork work, CancellationToken cancellationToken)
    {
        var shape = work.Part.Table!;
        var missing = await MissingColumnsAsync(connection, shape, cancellationToken);
        return missing is null ? new PostgresTable(shape.Name.Replace("\"", "", StringComparison.Ordinal), shape.Columns.ToDictionary(column => column.Name, column => column.Type.StartsWith("timestamp", StringComparison.Ordinal) && column.Type.EndsWith("without time zone", StringComparison.Ordinal) ? "timestamp without time zone" : column.Type), clock).ExpiresAt
            : missing.Count == 0 ? (await tier.TableAsync(connection, cancellationToken)).ExpiresAt
            : throw new TierException(TierName.Postgresql, "restore", $"the table lacks the backup's columns {string.Join(", ", missing)}", "Add them, or restore into a folder with --to and take what you need.");
    }

    /// <returns>Columns of the backup that the table lacks; null when there is no table.</returns>
    private static async Task<IReadOnlyList<string>?> MissingColumnsAsync(NpgsqlConnection connection, TableShape shape, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass(@table) AND attnum > 0 AND NOT attisdropped)", connection);
        command.Parameters.AddWithValue("table", shape.Name);
        var there = (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
        return there.Length == 0 ? null : [.. shape.Columns.Select(column => column.Name).Except(there)];
    }

    private async IAsyncEnumerable<(ReadOnlyMemory<byte>? Now, ReadOnlyMemory<byte>? Then)> PairsAsync(RestoreWork work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var export = await PostgresExportStore.BeginAsync(tier, work.Scope, new CopyFacts(), work.Part.Table!.Columns, cancellationToken);
        await using var now = LayerReaderService.LinesAsync(BlocksAsync(export, cancellationToken), cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var then = LayerReaderService.LinesAsync(work.Lines(cancellationToken), cancellationToken).GetAsyncEnumerator(cancellationToken);
        var (hasNow, hasThen, handled) = (await now.MoveNextAsync(), await then.MoveNextAsync(), 0L);
        while (hasNow || hasThen)
        {
            var order = !hasNow ? 1 : !hasThen ? -1 : LayerReaderService.Compare(now.Current.Span, then.Current.Span);
            yield return (order <= 0 ? now.Current : default(ReadOnlyMemory<byte>?), order >= 0 ? then.Current : default(ReadOnlyMemory<byte>?));
            hasNow = order > 0 ? hasNow : await now.MoveNextAsync();
            hasThen = order < 0 ? hasThen : await then.MoveNextAsync();
            if (order >= 0 && ++handled % 1000 == 0)
            {
                work.Progress(handled);
            }
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> BlocksAsync(PostgresExportStore export, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await export.NextAsync(cancellationToken) is { Length: > 0 } block)
        {
            yield return block;
        }
    }
}
