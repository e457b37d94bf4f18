using CacheKeeper.Storage;

namespace CacheKeeper.Alerts;

/// <summary>Remembers what alerts set going, and what they were refused.</summary>
internal sealed class ActionStore(StateStore state)
{
    /// <summary>Claims an action for a firing; false when another keeper took it. What is refused is remembered too, once per firing and reason.</summary>
    public async Task<bool> RecordAsync(string project, ActionDecision decision, DateTimeOffset now, CancellationToken cancellationToken) =>
        await state.ExecuteAsync(
            """
            INSERT INTO alert_actions (id, project, action, fingerprint, transition, verdict, reason, at)
            VALUES (@id, @project, @Action, @Fingerprint, @Transition, @verdict, @Sentence, @at) ON CONFLICT DO NOTHING
            """,
            new
            {
                id = $"{project}/{decision.Action}/{decision.Fingerprint}/{decision.Transition}/{(decision.Take ? "taken" : decision.Reason.ToString())}",
                project,
                decision.Action,
                decision.Fingerprint,
                decision.Transition,
                verdict = decision.Take ? "taken" : decision.Reason.ToString(),
                decision.Sentence,
                at = now.ToUnixTimeMilliseconds(),
            },
            cancellationToken) == 1;

    public async Task<IReadOnlyList<ActionTaken>> TakenAsync(string project, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<Row>(
            "SELECT action AS Action, fingerprint AS Fingerprint, transition AS Transition, at AS At FROM alert_actions WHERE project = @project AND verdict = 'taken' AND at >= @since",
            new { project, since = since.ToUnixTimeMilliseconds() },
            cancellationToken);
        return [.. rows.Select(row => new ActionTaken(row.Action, row.Fingerprint, row.Transition, DateTimeOffset.FromUnixTimeMilliseconds(row.At)))];
    }

    private sealed class Row
    {
        public string Action { get; set; } = "";
        public string Fingerprint { get; set; } = "";
        public long Transition { get; set; }
        public long At { get; set; }
    }
}
