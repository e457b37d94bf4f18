using System.Data.Common;
using System.Text.Json;
using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Alerts;

/// <summary>Remembers where each alert stands, every change of it, and what each channel was told.</summary>
internal sealed class AlertStore(StateStore state)
{
    private readonly LookStore _looks = new(state);

    public async Task<IReadOnlyDictionary<string, AlertState>> StatesAsync(string project, CancellationToken cancellationToken)
    {
        var documents = await state.QueryAsync<string>("SELECT document FROM alert_states WHERE project = @project", new { project }, cancellationToken);
        return documents.Select(document => JsonSerializer.Deserialize<AlertState>(document, StateJson.Options)!).ToDictionary(alert => alert.Fingerprint);
    }

    public async Task<IReadOnlyList<Told>> ToldAsync(string project, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<ToldRow>(
            "SELECT fingerprint AS Fingerprint, channel AS Channel, transition AS Transition, phase AS Phase, at AS At, repeats AS Repeats FROM alert_told WHERE project = @project",
            new { project },
            cancellationToken);
        return [.. rows.Select(row => new Told(row.Fingerprint, row.Channel, row.Transition, Enum.Parse<AlertPhase>(row.Phase), DateTimeOffset.FromUnixTimeMilliseconds(row.At), (int)row.Repeats))];
    }

    /// <summary>Writes a plan, and the look it came from: states, changes and messages in one transaction.</summary>
    /// <returns>The changes that were written; those that another keeper wrote before are left out, with their messages.</returns>
    public Task<IReadOnlyList<AlertTransition>> RecordAsync(string project, AlertPlan plan, Look look, CancellationToken cancellationToken) =>
        state.InTransactionAsync<IReadOnlyList<AlertTransition>>(
            async (connection, transaction) =>
            {
                var target = new Target(connection, transaction, project, look.At);
                await _looks.WriteAsync(connection, transaction, project, look);
                var written = new List<AlertTransition>();
                foreach (var step in plan.Steps.Where(IsWorthWriting))
                {
                    if (await WriteAsync(target, step) && step.Transition is { } change)
                    {
                        written.Add(change);
                    }
                }

                return written;
            },
            cancellationToken);

    /// <summary>Changes of phase since a moment, newest first.</summary>
    public async Task<IReadOnlyList<AlertTransition>> TransitionsAsync(string project, DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<TransitionRow>(
            """
            SELECT fingerprint AS Fingerprint, title AS Title, severity AS Severity, transition AS Number, phase_from AS PhaseFrom, phase_to AS PhaseTo, at AS At, because AS Because
            FROM alert_transitions WHERE project = @project AND at >= @since ORDER BY at DESC, transition DESC LIMIT @limit
            """,
            new { project, since = since.ToUnixTimeMilliseconds(), limit },
            cancellationToken);
        return [.. rows.Select(row => row.ToTransition())];
    }

    /// <summary>Forgets changes and looks from before the given moments.</summary>
    public async Task ForgetAsync(string project, DateTimeOffset changes, DateTimeOffset looks, CancellationToken cancellationToken)
    {
        await _looks.ForgetAsync(project, looks, cancellationToken);
        await state.ExecuteAsync("DELETE FROM alert_transitions WHERE project = @project AND at < @before", new { project, before = changes.ToUnixTimeMilliseconds() }, cancellationToken);
    }

    /// <summary>Why each channel is or is not told of an alert, as of the last look that changed it.</summary>
    public async Task<IReadOnlyList<(string Fingerprint, NotificationDecision Decision)>> DecisionsAsync(string project, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<DecisionRow>(
            "SELECT fingerprint AS Fingerprint, channel AS Channel, send AS Send, reason AS Reason, sentence AS Sentence FROM alert_decisions WHERE project = @project",
            new { project },
            cancellationToken);
        return [.. rows.Select(row => (row.Fingerprint, new NotificationDecision(row.Channel, row.Send != 0, Enum.Parse<NotificationReason>(row.Reason), row.Sentence)))];
    }

    // What only repeats the last look is not written again: an idle keeper writes nothing.
    private static bool IsWorthWriting(AlertStep step) =>
        step.Messages.Count > 0 || step.Transition is not null || step.Before is null || step.State.Phase != AlertPhase.Inactive || Essence(step.State) != Essence(step.Before);

    private static string Essence(AlertState state) =>
        JsonSerializer.Serialize(state with { Because = "", Seen = new Dictionary<string, double?>() }, StateJson.Options);

    private static async Task<bool> WriteAsync(Target target, AlertStep step)
    {
        if (!await WriteStateAsync(target, step))
        {
            return false;
        }

        if (step.Transition is { } change)
        {
            await WriteTransitionAsync(target, change);
        }

        foreach (var message in step.Messages)
        {
            await WriteMessageAsync(target, message);
        }

        foreach (var decision in step.Decisions)
        {
            await WriteDecisionAsync(target, step.State.Fingerprint, decision);
        }

        return true;
    }

    // Conditional on the transition that was seen: of two keepers one wins.
    private static async Task<bool> WriteStateAsync(Target target, AlertStep step)
    {
        var values = new
        {
            target.Project,
            step.State.Fingerprint,
            Phase = step.State.Phase.ToString(),
            step.State.Transition,
            Before = step.Before?.Transition ?? -1,
            Document = JsonSerializer.Serialize(step.State, StateJson.Options),
            At = target.Now.ToUnixTimeMilliseconds(),
        };
        return await target.Connection.ExecuteAsync(
            """
            INSERT INTO alert_states (project, fingerprint, phase, transition, document, updated_at) VALUES (@Project, @Fingerprint, @Phase, @Transition, @Document, @At)
            ON CONFLICT (project, fingerprint) DO UPDATE SET phase = excluded.phase, transition = excluded.transition, document = excluded.document, updated_at = excluded.updated_at
            WHERE alert_states.transition = @Before
            """,
            values,
            target.Transaction) == 1;
    }

    private static Task WriteTransitionAsync(Target target, AlertTransition change) => target.Connection.ExecuteAsync(
        """
        INSERT INTO alert_transitions (project, fingerprint, transition, title, severity, phase_from, phase_to, at, because)
        VALUES (@Project, @Fingerprint, @Number, @Title, @Severity, @From, @To, @At, @Because) ON CONFLICT DO NOTHING
        """,
        new
        {
            target.Project,
            change.Fingerprint,
            change.Number,
            change.Title,
            Severity = change.Severity.ToString(),
            From = change.From.ToString(),
            To = change.To.ToString(),
            At = change.At.ToUnixTimeMilliseconds(),
            Because = Redaction.Apply(change.Because),
        },
        target.Transaction);

    private static async Task WriteMessageAsync(Target target, QueuedMessage queued)
    {
        await target.Connection.ExecuteAsync(OutboxStore.Insert, OutboxStore.Values(target.Project, queued, target.Now), target.Transaction);
        await target.Connection.ExecuteAsync(
            """
            INSERT INTO alert_told (project, fingerprint, channel, transition, phase, at, repeats) VALUES (@Project, @Fingerprint, @Channel, @Transition, @Phase, @At, @Repeats)
            ON CONFLICT (project, fingerprint, channel) DO UPDATE SET transition = excluded.transition, phase = excluded.phase, at = excluded.at, repeats = excluded.repeats
            """,
            new
            {
                target.Project,
                queued.Told.Fingerprint,
                queued.Told.Channel,
                queued.Told.Transition,
                Phase = queued.Told.Phase.ToString(),
                At = queued.Told.At.ToUnixTimeMilliseconds(),
                queued.Told.Repeats,
            },
            target.Transaction);
    }

    private static Task WriteDecisionAsync(Target target, string fingerprint, NotificationDecision decision) => target.Connection.ExecuteAsync(
        """
        INSERT INTO alert_decisions (project, fingerprint, channel, send, reason, sentence, at) VALUES (@Project, @fingerprint, @Channel, @send, @reason, @Sentence, @at)
        ON CONFLICT (project, fingerprint, channel) DO UPDATE SET send = excluded.send, reason = excluded.reason, sentence = excluded.sentence, at = excluded.at
        """,
        new { target.Project, fingerprint, decision.Channel, send = decision.Send ? 1 : 0, reason = decision.Reason.ToString(), decision.Sentence, at = target.Now.ToUnixTimeMilliseconds() },
        target.Transaction);

    private sealed record Target(DbConnection Connection, DbTransaction Transaction, string Project, DateTimeOffset Now);

    private sealed class ToldRow
    {
        public string Fingerprint { get; set; } = "";
        public string Channel { get; set; } = "";
        public long Transition { get; set; }
        public string Phase { get; set; } = "";
        public long At { get; set; }
        public long Repeats { get; set; }
    }

    private sealed class TransitionRow
    {
        public string Fingerprint { get; set; } = "";
        public string Title { get; set; } = "";
        public string Severity { get; set; } = "";
        public long Number { get; set; }
        public string PhaseFrom { get; set; } = "";
        public string PhaseTo { get; set; } = "";
        public long At { get; set; }
        public string Because { get; set; } = "";

        public AlertTransition ToTransition() => new(
            Fingerprint, Title, Enum.Parse<AlertSeverity>(Severity), Number, Enum.Parse<AlertPhase>(PhaseFrom), Enum.Parse<AlertPhase>(PhaseTo), DateTimeOffset.FromUnixTimeMilliseconds(At), Because);
    }

    private sealed class DecisionRow
    {
        public string Fingerprint { get; set; } = "";
        public string Channel { get; set; } = "";
        public long Send { get; set; }
        public string Reason { get; set; } = "";
        public string Sentence { get; set; } = "";
    }
}
