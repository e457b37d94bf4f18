using System.Data.Common;
using Dapper;

namespace CacheKeeper.Storage.Audit;

/// <summary>The audit log: who did what, when, from where, to what, with what result. Lines are added and, after their time, cut off the beginning; never changed.</summary>
internal sealed class AuditStore(StateStore state)
{
    private const int PageSize = 1000;

    // Taking the head's row for writing puts writers in line, on either database.
    private const string TakeHead = "UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq AS Seq, hash AS Hash, first_seq AS FirstSeq, first_previous AS FirstPrevious";
    private const string ReadHead = "SELECT seq AS Seq, hash AS Hash, first_seq AS FirstSeq, first_previous AS FirstPrevious FROM audit_head WHERE id = 1";

    private readonly AuditAnchorStore _anchors = new(state.Location.Directory);

    /// <summary>Adds a line; it is written when this returns.</summary>
    /// <exception cref="KeeperException">It could not be written: what must be audited must not be done.</exception>
    public async Task<AuditLine> AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var line = await state.InTransactionAsync((connection, transaction) => AddAsync(connection, transaction, entry), cancellationToken);
            await _anchors.AddAsync(new AuditAnchor(line.Seq, line.Hash), cancellationToken);
            return line;
        }
        catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new KeeperException($"The audit log could not be written: {e.Message}", "Check the keeper's own state: its disk space and permissions, or its database.", ExitCode.Refused, e);
        }
    }

    /// <summary>Lines that match, newest first.</summary>
    public async Task<IReadOnlyList<AuditLine>> ListAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        var where = "WHERE seq < @Before AND at >= @Since AND (CAST(@Who AS TEXT) IS NULL OR who = @Who) AND (CAST(@Action AS TEXT) IS NULL OR action = @Action)"
            + (filter.Projects is null ? "" : state.IsPostgres ? " AND (project IS NULL OR project = ANY(@Projects))" : " AND (project IS NULL OR project IN @Projects)");
        var rows = await state.QueryAsync<AuditRow>(
            $"{AuditRow.Columns} {where} ORDER BY seq DESC LIMIT @Limit",
            new { Before = filter.Before ?? long.MaxValue, Since = filter.Since?.ToUnixTimeMilliseconds() ?? 0, filter.Who, filter.Action, Projects = filter.Projects?.ToArray(), filter.Limit },
            cancellationToken);
        return [.. rows.Select(row => row.ToLine())];
    }

    /// <summary>Walks the whole log and tells whether every line is the one that was written.</summary>
    public async Task<AuditVerdict> VerifyAsync(CancellationToken cancellationToken)
    {
        // In this order, so that lines added meanwhile are missing from neither.
        var anchors = await _anchors.ReadAsync(cancellationToken);
        var head = await state.FindAsync<HeadRow>(ReadHead, null, cancellationToken);
        if (head is null)
        {
            return new AuditVerdict(0, 0, 0, ["The head of the log is missing."]);
        }

        var verifier = new AuditVerifier(head.ToHead(), anchors);
        for (long after = -1; ;)
        {
            var page = await state.QueryAsync<AuditRow>($"{AuditRow.Columns} WHERE seq > @after AND seq <= @last ORDER BY seq LIMIT {PageSize}", new { after, last = head.Seq }, cancellationToken);
            foreach (var row in page)
            {
                verifier.Take(row.ToLine());
            }

            if (page.Count < PageSize)
            {
                return await ConcludeAsync(verifier, head.Seq, cancellationToken);
            }

            after = page[^1].Seq;
        }
    }

    /// <summary>Cuts off lines older than that; the cut is a line of the log.</summary>
    public async Task<long> CutAsync(DateTimeOffset before, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (count, first, line) = await state.InTransactionAsync((connection, transaction) => CutAsync(connection, transaction, before, actor, now), cancellationToken);
        if (line is not null)
        {
            await _anchors.AddAsync(new AuditAnchor(line.Seq, line.Hash), cancellationToken);
            await _anchors.CutAsync(first, cancellationToken);
        }

        return count;
    }

    // A line beyond the head was added while we walked, unless the head itself did not move.
    private async Task<AuditVerdict> ConcludeAsync(AuditVerifier verifier, long last, CancellationToken cancellationToken)
    {
        var verdict = verifier.Conclude();
        var (beyond, now) = (
            await state.FindAsync<long?>("SELECT max(seq) FROM audit", null, cancellationToken) ?? 0,
            await state.FindAsync<long>("SELECT seq FROM audit_head WHERE id = 1", null, cancellationToken));
        return beyond <= Math.Max(last, now) ? verdict : verdict with { Faults = [.. verdict.Faults, $"Line {beyond} stands behind the head of the log."] };
    }

    private static async Task<AuditLine> AddAsync(DbConnection connection, DbTransaction transaction, AuditEntry entry)
    {
        var head = await connection.QueryFirstAsync<HeadRow>(TakeHead, transaction: transaction);
        var line = AuditChain.Link(AuditChain.Clean(entry), head.Seq, head.Hash);
        await connection.ExecuteAsync(AuditRow.Insert, AuditRow.Of(line), transaction);
        await connection.ExecuteAsync("UPDATE audit_head SET hash = @Hash WHERE id = 1", new { line.Hash }, transaction);
        return line;
    }

    private static async Task<(long Count, long First, AuditLine? Line)> CutAsync(DbConnection connection, DbTransaction transaction, DateTimeOffset before, Actor actor, DateTimeOffset now)
    {
        // The head first: nobody adds a line meanwhile.
        await connection.ExecuteAsync("UPDATE audit_head SET seq = seq WHERE id = 1", transaction: transaction);
        var first = await connection.ExecuteScalarAsync<long?>("SELECT min(seq) FROM audit WHERE at >= @at", new { at = before.ToUnixTimeMilliseconds() }, transaction)
            ?? await connection.ExecuteScalarAsync<long>("SELECT seq + 1 FROM audit_head WHERE id = 1", transaction: transaction);
        if (await connection.ExecuteScalarAsync<string?>("SELECT hash FROM audit WHERE seq = @last", new { last = first - 1 }, transaction) is not { } previous)
        {
            return (0, first, null);
        }

        var count = await connection.ExecuteAsync("DELETE FROM audit WHERE seq < @first", new { first }, transaction);
        await connection.ExecuteAsync("UPDATE audit_head SET first_seq = @first, first_previous = @previous WHERE id = 1", new { first, previous }, transaction);
        var what = AuditVerifier.CutObject(new AuditHead(0, "", first, previous));
        return (count, first, await AddAsync(connection, transaction, new AuditEntry(now, actor, AuditChain.Cut, what, "done") { Before = count, After = 0, Detail = $"Lines from before {before.UtcDateTime:yyyy-MM-dd} were cut off, as the policy has it." }));
    }

    private sealed class HeadRow
    {
        public long Seq { get; set; }
        public string Hash { get; set; } = "";
        public long FirstSeq { get; set; }
        public string FirstPrevious { get; set; } = "";

        public AuditHead ToHead() => new(Seq, Hash, FirstSeq, FirstPrevious);
    }
}
