using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Scheduling;

/// <summary>The run ledger: one row per run, written at its start, completed at its end, never removed before its retention.</summary>
internal sealed class RunStore(StateStore state)
{
    private const string Select = "SELECT " + RunRow.Columns + " FROM runs";

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
        return await InsertAsync(connection, transaction, record) == 1 ? record : null;
    }

    private static Task<int> InsertAsync(DbConnection connection, DbTransaction transaction, RunRecord run) => StatementStore.ExecuteAsync(
        connection,
        transaction,
        Insert,
        ("@run", run.Run),
        ("@job", run.Job),
        ("@project", run.Project),
        ("@scheduledAt", run.ScheduledAt?.ToUnixTimeMilliseconds()),
        ("@startedAt", run.StartedAt.ToUnixTimeMilliseconds()),
        ("@endedAt", run.EndedAt?.ToUnixTimeMilliseconds()),
        ("@node", run.Node),
        ("@trigger", RunRow.Word(run.Trigger)),
        ("@token", run.Token),
        ("@outcome", run.Outcome is { } outcome ? RunRow.Word(outcome) : null),
        ("@reason", run.Reason));

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
    public Task<IReadOnlyList<RunRecord>> UnfinishedAsync(string project, CancellationToken cancellationToken) =>
        state.ReadAsync(Select + " WHERE project = @project AND ended_at IS NULL", Read, cancellationToken, ("@project", project));

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
        FirstOf(await state.ReadAsync(
            Select + " WHERE project = @project AND scheduled_at IS NOT NULL ORDER BY started_at DESC LIMIT 1", Read, cancellationToken, ("@project", project)));

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
            Select + """

            WHERE run IN (
                SELECT (SELECT run FROM runs WHERE project = @project AND job = jobs.job AND (outcome IS NULL OR outcome <> 'skipped') ORDER BY started_at DESC, run DESC LIMIT 1)
                FROM (SELECT DISTINCT job FROM runs WHERE project = @project) jobs)
            """,
            Read,
            cancellationToken,
            ("@project", project));
        return rows.ToDictionary(run => run.Job);
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
        FirstOf(await state.ReadAsync(Select + " WHERE run = @run", Read, cancellationToken, ("@run", run)));

    /// <summary>Runs that match, newest first.</summary>
    public Task<IReadOnlyList<RunRecord>> ListAsync(RunFilter filter, CancellationToken cancellationToken) => state.ReadAsync(
        $"SELECT {(filter.Brief ? RunRow.BriefColumns : RunRow.Columns)} FROM runs WHERE {Conditions(filter)} ORDER BY started_at DESC, run DESC LIMIT @limit",
        Read,
        cancellationToken,
        ("@project", filter.Project),
        ("@job", filter.Job),
        ("@outcome", filter.Outcome is { } outcome ? RunRow.Word(outcome) : null),
        ("@since", filter.Since?.ToUnixTimeMilliseconds() ?? 0),
        ("@until", filter.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue),
        ("@except", $",{string.Join(',', filter.Except)},"),
        ("@limit", filter.Limit));

    private static RunRecord? FirstOf(IReadOnlyList<RunRecord> runs) => runs is [var first, ..] ? first : null;

    // In the order of RunRow's columns.
    private static RunRecord Read(DbDataReader row)
    {
        var run = new RunRecord
        {
            Run = row.GetString(0),
            Job = row.GetString(1),
            Project = row.GetString(2),
            ScheduledAt = Time(row, 3),
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
            EndedAt = Time(row, 5),
            Node = row.GetString(6),
            Trigger = RunRow.Value<RunTrigger>(row.GetString(7)),
            Token = row.GetInt64(8),
            Outcome = Text(row, 9) is { } outcome ? RunRow.Value<RunOutcome>(outcome) : null,
            Reason = row.GetString(10),
            UndoUntil = Time(row, 11),
            Undoes = Text(row, 12),
        };
        return row.FieldCount == 13 ? run : run with { Inputs = Document(row, 13), Plan = Document(row, 14), Counts = Document(row, 15), Expected = Document(row, 16), Actual = Document(row, 17) };
    }

    private static DateTimeOffset? Time(DbDataReader row, int column) => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static JsonNode? Document(DbDataReader row, int column) => Text(row, column) is { } text ? JsonNode.Parse(text) : null;

    // Only what is asked for: a condition that may be empty keeps a database from its indexes.
    private static string Conditions(RunFilter filter) => string.Join(" AND ", new[]
    {
        "started_at >= @since AND started_at < @until",
        filter.Project is null ? null : "project = @project",
        filter.Job is null ? null : "job = @job",
        filter.Outcome is null ? null : "outcome = @outcome",
        filter.StillRunning ? "ended_at IS NULL" : null,
        filter.Except.Count == 0 ? null : "@except NOT LIKE '%,' || job || ',%'",
    }.OfType<string>());
}
