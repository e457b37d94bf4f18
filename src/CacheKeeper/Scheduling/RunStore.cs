using System.Data.Common;
using System.Globalization;
using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Scheduling;

/// <summary>The run ledger: one row per run, written at its start, completed at its end, never removed before its retention.</summary>
internal sealed class RunStore(StateStore state)
{
    private const string BriefColumns = """
        SELECT run AS Run, job AS Job, project AS Project, scheduled_at AS ScheduledAt, started_at AS StartedAt, ended_at AS EndedAt, node AS Node,
            trigger_kind AS TriggerKind, token AS Token, outcome AS Outcome, reason AS Reason, undo_until AS UndoUntil, undoes AS Undoes
        """;

    private const string Columns = BriefColumns + """
        , inputs AS Inputs, plan AS Plan, counts AS Counts, expected AS Expected, actual AS Actual
        FROM runs
        """;

    private const string Release = """
        UPDATE runs SET outcome = 'interrupted', ended_at = @at, scheduled_at = NULL,
            reason = 'The process ended in the middle of it; its scheduled time was begun anew by another run.'
        WHERE run = @run AND ended_at IS NULL
        """;

    private const string Insert = """
        INSERT INTO runs (run, job, project, scheduled_at, started_at, ended_at, node, trigger_kind, token, outcome, reason)
        VALUES (@run, @job, @project, @scheduledAt, @startedAt, @endedAt, @node, @trigger, @token, @outcome, @reason)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Writes the row of a run that starts (or, with an outcome, of a firing that was skipped) and names it.</summary>
    /// <param name="takesOver">The unfinished run of a dead node whose scheduled time this one takes, so that each time keeps one row.</param>
    /// <returns>Null when this (job, project, scheduled time) was already recorded, or the run to take over has ended meanwhile.</returns>
    public Task<RunRecord?> BeginAsync(RunRecord draft, string? takesOver, CancellationToken cancellationToken) =>
        state.InTransactionAsync((connection, transaction) => BeginInAsync(connection, transaction, draft, takesOver), cancellationToken);

    /// <summary>The same inside a transaction that does more.</summary>
    public static async Task<RunRecord?> BeginInAsync(DbConnection connection, DbTransaction transaction, RunRecord draft, string? takesOver)
    {
        if (takesOver is not null && await connection.ExecuteAsync(Release, new { run = takesOver, at = draft.StartedAt.ToUnixTimeMilliseconds() }, transaction) == 0)
        {
            return null;
        }

        var day = $"run-{draft.StartedAt.UtcDateTime:yyyy-MM-dd}-";
        var record = draft with { Run = day + (await NumberAsync(connection, transaction, day)).ToString("D4", CultureInfo.InvariantCulture) };
        return await InsertAsync(connection, transaction, RunRow.Of(record)) == 1 ? record : null;
    }

    private static Task<int> InsertAsync(DbConnection connection, DbTransaction transaction, RunRow row) => StatementStore.ExecuteAsync(
        connection,
        transaction,
        Insert,
        ("@run", row.Run),
        ("@job", row.Job),
        ("@project", row.Project),
        ("@scheduledAt", row.ScheduledAt),
        ("@startedAt", row.StartedAt),
        ("@endedAt", row.EndedAt),
        ("@node", row.Node),
        ("@trigger", row.TriggerKind),
        ("@token", row.Token),
        ("@outcome", row.Outcome),
        ("@reason", row.Reason));

    // The row of the day is locked until the commit: numbers have no holes but those of runs that were not to be.
    private static async Task<long> NumberAsync(DbConnection connection, DbTransaction transaction, string day) =>
        await StatementStore.FindRowAsync(connection, transaction, "UPDATE run_numbers SET last = last + 1 WHERE day = @day RETURNING last", ("@day", day)) is [long next]
            ? next
            : await connection.ExecuteScalarAsync<long>(
            """
            INSERT INTO run_numbers (day, last)
            SELECT @day, 1 + coalesce(max(CAST(substr(run, 16) AS BIGINT)), 0) FROM runs WHERE run >= @day AND run < @after
            ON CONFLICT (day) DO UPDATE SET last = run_numbers.last + 1
            RETURNING last
            """,
            new { day, after = day + "~" },
            transaction);

    public Task<RunRecord?> BeginAsync(RunRecord draft, CancellationToken cancellationToken) => BeginAsync(draft, null, cancellationToken);

    /// <summary>Runs that have a row and no end.</summary>
    public async Task<IReadOnlyList<RunRecord>> UnfinishedAsync(string project, CancellationToken cancellationToken) =>
        [.. (await state.ReadAsync(Columns + " WHERE project = @project AND ended_at IS NULL", Read, cancellationToken, ("@project", project))).Select(row => row.ToRecord())];

    /// <summary>The scheduled times since then that have a row.</summary>
    public async Task<IReadOnlySet<DateTimeOffset>> ScheduledAsync(string project, string job, DateTimeOffset since, CancellationToken cancellationToken) =>
        (await state.QueryAsync<long>(
            "SELECT scheduled_at FROM runs WHERE job = @job AND project = @project AND scheduled_at >= @since",
            new { job, project, since = since.ToUnixTimeMilliseconds() },
            cancellationToken)).Select(DateTimeOffset.FromUnixTimeMilliseconds).ToHashSet();

    /// <summary>The latest scheduled time of each job that has a row.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> LastScheduledAsync(string project, CancellationToken cancellationToken) =>
        (await state.ReadAsync(
            "SELECT job, max(scheduled_at) FROM runs WHERE project = @project AND scheduled_at IS NOT NULL GROUP BY job",
            row => KeyValuePair.Create(row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))),
            cancellationToken,
            ("@project", project))).ToDictionary();

    /// <summary>The scheduled run that was begun at the latest reading of the clock; null when there is none.</summary>
    public async Task<RunRecord?> LatestScheduledRunAsync(string project, CancellationToken cancellationToken) =>
        (await state.FindAsync<RunRow>(Columns + " WHERE project = @project AND scheduled_at IS NOT NULL ORDER BY started_at DESC LIMIT 1", new { project }, cancellationToken))?.ToRecord();

    /// <summary>Forgets runs that ended before then and of which nothing can be taken back any more.</summary>
    public Task<int> ForgetAsync(string project, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken) =>
        state.ExecuteAsync(
            """
            DELETE FROM runs WHERE project = @project AND started_at < @before AND ended_at IS NOT NULL AND ended_at < @before
              AND (undo_until IS NULL OR undo_until < @now)
            """,
            new { project, before = before.ToUnixTimeMilliseconds(), now = now.ToUnixTimeMilliseconds() },
            cancellationToken);

    /// <summary>The newest run of each job that was not skipped.</summary>
    public async Task<IReadOnlyDictionary<string, RunRecord>> LatestAsync(string project, CancellationToken cancellationToken)
    {
        var rows = await state.ReadAsync(
            Columns + """

            WHERE run IN (
                SELECT (SELECT run FROM runs WHERE project = @project AND job = jobs.job AND (outcome IS NULL OR outcome <> 'skipped') ORDER BY started_at DESC, run DESC LIMIT 1)
                FROM (SELECT DISTINCT job FROM runs WHERE project = @project) jobs)
            """,
            Read,
            cancellationToken,
            ("@project", project));
        return rows.ToDictionary(row => row.Job, row => row.ToRecord());
    }

    /// <summary>How many runs that died were begun anew under this job's name since then.</summary>
    public async Task<int> CountTakenOverAsync(string project, string job, DateTimeOffset since, CancellationToken cancellationToken) =>
        (int)await state.FindAsync<long>(
            "SELECT count(*) FROM runs WHERE job = @job AND project = @project AND started_at >= @since AND outcome = 'interrupted' AND scheduled_at IS NULL AND trigger_kind <> 'manual'",
            new { job, project, since = since.ToUnixTimeMilliseconds() },
            cancellationToken);

    /// <summary>Completes the row of a run; a run already completed stays as it is.</summary>
    public Task CompleteAsync(string run, JobResult result, DateTimeOffset endedAt, CancellationToken cancellationToken) =>
        state.InTransactionAsync((connection, transaction) => CompleteInAsync(connection, transaction, run, result, endedAt), cancellationToken);

    /// <summary>The same inside a transaction that does more.</summary>
    /// <returns>Whether the row was completed now.</returns>
    public static async Task<bool> CompleteInAsync(DbConnection connection, DbTransaction transaction, string run, JobResult result, DateTimeOffset endedAt) =>
        await StatementStore.ExecuteAsync(
            connection,
            transaction,
            """
            UPDATE runs SET ended_at = @endedAt, outcome = @outcome, reason = @reason, inputs = @inputs, plan = @plan, counts = @counts,
                expected = @expected, actual = @actual, undo_until = @undoUntil, undoes = @undoes
            WHERE run = @run AND ended_at IS NULL
            """,
            ("@run", run),
            ("@endedAt", endedAt.ToUnixTimeMilliseconds()),
            ("@outcome", RunRow.Word(result.Outcome)),
            ("@reason", result.Reason),
            ("@inputs", result.Inputs?.ToJsonString()),
            ("@plan", result.Plan?.ToJsonString()),
            ("@counts", result.Counts?.ToJsonString()),
            ("@expected", result.Expected?.ToJsonString()),
            ("@actual", result.Actual?.ToJsonString()),
            ("@undoUntil", result.UndoUntil?.ToUnixTimeMilliseconds()),
            ("@undoes", result.Undoes)) == 1;

    /// <summary>Closes earlier runs of the same job that never ended: their node died, for the lease could be taken again.</summary>
    public static Task CloseInterruptedInAsync(DbConnection connection, DbTransaction transaction, RunRecord successor) =>
        StatementStore.ExecuteAsync(
            connection,
            transaction,
            """
            UPDATE runs SET outcome = 'interrupted', ended_at = @at, reason = 'The process ended in the middle of it; taken over by ' || @run || '.'
            WHERE job = @job AND project = @project AND ended_at IS NULL AND run <> @run AND token < @token
            """,
            ("@job", successor.Job),
            ("@project", successor.Project),
            ("@run", successor.Run),
            ("@token", successor.Token),
            ("@at", successor.StartedAt.ToUnixTimeMilliseconds()));

    public async Task<RunRecord?> FindAsync(string run, CancellationToken cancellationToken) =>
        (await state.FindAsync<RunRow>(Columns + " WHERE run = @run", new { run }, cancellationToken))?.ToRecord();

    /// <summary>Runs that match, newest first.</summary>
    public async Task<IReadOnlyList<RunRecord>> ListAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<RunRow>(
            $"{(filter.Brief ? BriefColumns + " FROM runs" : Columns)} WHERE {Conditions(filter)} ORDER BY started_at DESC, run DESC LIMIT @Limit",
            new
            {
                filter.Project,
                filter.Job,
                Outcome = filter.Outcome is { } outcome ? RunRow.Word(outcome) : null,
                Since = filter.Since?.ToUnixTimeMilliseconds() ?? 0,
                Until = filter.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue,
                Except = $",{string.Join(',', filter.Except)},",
                filter.Limit,
            },
            cancellationToken);
        return [.. rows.Select(row => row.ToRecord())];
    }

    // In the order of the columns.
    private static RunRow Read(DbDataReader row) => new()
    {
        Run = row.GetString(0),
        Job = row.GetString(1),
        Project = row.GetString(2),
        ScheduledAt = Number(row, 3),
        StartedAt = row.GetInt64(4),
        EndedAt = Number(row, 5),
        Node = row.GetString(6),
        TriggerKind = row.GetString(7),
        Token = row.GetInt64(8),
        Outcome = Text(row, 9),
        Reason = row.GetString(10),
        UndoUntil = Number(row, 11),
        Undoes = Text(row, 12),
        Inputs = Text(row, 13),
        Plan = Text(row, 14),
        Counts = Text(row, 15),
        Expected = Text(row, 16),
        Actual = Text(row, 17),
    };

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    // Only what is asked for: a condition that may be empty keeps a database from its indexes.
    private static string Conditions(RunFilter filter) => string.Join(" AND ", new[]
    {
        "started_at >= @Since AND started_at < @Until",
        filter.Project is null ? null : "project = @Project",
        filter.Job is null ? null : "job = @Job",
        filter.Outcome is null ? null : "outcome = @Outcome",
        filter.StillRunning ? "ended_at IS NULL" : null,
        filter.Except.Count == 0 ? null : "@Except NOT LIKE '%,' || job || ',%'",
    }.OfType<string>());
}
