using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Scheduling;

/// <summary>The run ledger: one row per run, written at its start, completed at its end, never removed before its retention.</summary>
internal sealed class RunStore(StateStore state)
{
    private const string Columns = """
        SELECT run AS Run, job AS Job, project AS Project, scheduled_at AS ScheduledAt, started_at AS StartedAt, ended_at AS EndedAt, node AS Node,
            trigger_kind AS TriggerKind, token AS Token, outcome AS Outcome, reason AS Reason, inputs AS Inputs, plan AS Plan, counts AS Counts,
            expected AS Expected, actual AS Actual, undo_until AS UndoUntil, undoes AS Undoes
        FROM runs
        """;

    /// <summary>Writes the row of a run that starts and names it; null when this (job, project, scheduled time) was already recorded.</summary>
    public Task<RunRecord?> BeginAsync(RunRecord draft, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            async (connection, transaction) =>
            {
                var day = $"run-{draft.StartedAt.UtcDateTime:yyyy-MM-dd}-";
                if (state.IsPostgres)
                {
                    await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(4711202612)", transaction: transaction);
                }

                var last = await connection.ExecuteScalarAsync<long?>(
                    "SELECT max(CAST(substr(run, 16) AS BIGINT)) FROM runs WHERE run >= @first AND run < @after", new { first = day, after = day + "~" }, transaction);
                var record = draft with { Run = day + ((last ?? 0) + 1).ToString("D4") };
                var written = await connection.ExecuteAsync(
                    """
                    INSERT INTO runs (run, job, project, scheduled_at, started_at, ended_at, node, trigger_kind, token, outcome, reason)
                    VALUES (@Run, @Job, @Project, @ScheduledAt, @StartedAt, @EndedAt, @Node, @TriggerKind, @Token, @Outcome, @Reason)
                    ON CONFLICT DO NOTHING
                    """,
                    RunRow.Of(record),
                    transaction);
                return written == 1 ? record : null;
            },
            cancellationToken);

    /// <summary>Completes the row of a run; a run already completed stays as it is.</summary>
    public Task CompleteAsync(string run, JobResult result, DateTimeOffset endedAt, CancellationToken cancellationToken) =>
        state.ExecuteAsync(
            """
            UPDATE runs SET ended_at = @endedAt, outcome = @outcome, reason = @reason, inputs = @inputs, plan = @plan, counts = @counts,
                expected = @expected, actual = @actual, undo_until = @undoUntil, undoes = @undoes
            WHERE run = @run AND ended_at IS NULL
            """,
            new
            {
                run,
                endedAt = endedAt.ToUnixTimeMilliseconds(),
                outcome = RunRow.Word(result.Outcome),
                reason = result.Reason,
                inputs = result.Inputs?.ToJsonString(),
                plan = result.Plan?.ToJsonString(),
                counts = result.Counts?.ToJsonString(),
                expected = result.Expected?.ToJsonString(),
                actual = result.Actual?.ToJsonString(),
                undoUntil = result.UndoUntil?.ToUnixTimeMilliseconds(),
                undoes = result.Undoes,
            },
            cancellationToken);

    /// <summary>Closes earlier runs of the same job that never ended: their node died, for the lease could be taken again.</summary>
    public Task CloseInterruptedAsync(RunRecord successor, DateTimeOffset now, CancellationToken cancellationToken) =>
        state.ExecuteAsync(
            """
            UPDATE runs SET outcome = 'interrupted', ended_at = @at, reason = 'The process ended in the middle of it; taken over by ' || @run || '.'
            WHERE job = @job AND project = @project AND ended_at IS NULL AND run <> @run AND token < @token
            """,
            new { job = successor.Job, project = successor.Project, run = successor.Run, token = successor.Token, at = now.ToUnixTimeMilliseconds() },
            cancellationToken);

    public async Task<RunRecord?> FindAsync(string run, CancellationToken cancellationToken) =>
        (await state.FindAsync<RunRow>(Columns + " WHERE run = @run", new { run }, cancellationToken))?.ToRecord();

    /// <summary>Runs that match, newest first.</summary>
    public async Task<IReadOnlyList<RunRecord>> ListAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<RunRow>(
            Columns + """

            WHERE (CAST(@Project AS TEXT) IS NULL OR project = @Project) AND (CAST(@Job AS TEXT) IS NULL OR job = @Job)
              AND (CAST(@Outcome AS TEXT) IS NULL OR outcome = @Outcome)
              AND started_at >= @Since AND started_at < @Until AND (@Running = 0 OR ended_at IS NULL)
            ORDER BY started_at DESC, run DESC LIMIT @Limit
            """,
            new
            {
                filter.Project,
                filter.Job,
                Outcome = filter.Outcome is { } outcome ? RunRow.Word(outcome) : null,
                Since = filter.Since?.ToUnixTimeMilliseconds() ?? 0,
                Until = filter.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue,
                Running = filter.StillRunning ? 1 : 0,
                filter.Limit,
            },
            cancellationToken);
        return [.. rows.Select(row => row.ToRecord())];
    }
}
