using System.Data.Common;
using System.Text.Json;
using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Alerts;

/// <summary>Messages to deliver: claimed by a conditional update, kept until delivered or given up, every try on record.</summary>
internal sealed class OutboxStore(StateStore state)
{
    /// <summary>The statement that queues a message, for the transaction that changes the alert.</summary>
    public const string Insert = """
        INSERT INTO alert_outbox (id, project, fingerprint, transition, channel, state, message, created_at, due_at, attempts, claimed_until)
        VALUES (@Id, @Project, @Fingerprint, @Transition, @Channel, @State, @Document, @CreatedAt, @DueAt, 0, 0) ON CONFLICT DO NOTHING
        """;

    private const string Columns = """
        SELECT id AS Id, channel AS Channel, state AS State, message AS Message, batch AS Batch, created_at AS CreatedAt, due_at AS DueAt,
            attempts AS Attempts, delivered_at AS DeliveredAt, dead_at AS DeadAt, error AS Error
        FROM alert_outbox AS o
        """;

    private const int MostCandidates = 200;

    public static object Values(string project, QueuedMessage queued, DateTimeOffset now) => new
    {
        queued.Message.Id,
        Project = project,
        queued.Message.Fingerprint,
        queued.Message.Transition,
        queued.Channel,
        queued.Message.State,
        Document = JsonSerializer.Serialize(queued.Message, StateJson.Options),
        CreatedAt = now.ToUnixTimeMilliseconds(),
        DueAt = queued.DueAt.ToUnixTimeMilliseconds(),
    };

    /// <summary>Queues a message that belongs to no alert's change (a drill).</summary>
    public Task AddAsync(string project, QueuedMessage queued, DateTimeOffset now, CancellationToken cancellationToken) =>
        state.ExecuteAsync(Insert, Values(project, queued, now), cancellationToken);

    /// <summary>Claims what a channel should send next; null when nothing is due. An earlier message about the same alert goes first.</summary>
    public Task<Delivery?> ClaimAsync(Claim claim, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            async (connection, transaction) =>
            {
                var rows = (await connection.QueryAsync<Row>(
                    Columns + """

                    WHERE project = @Project AND channel = @Channel AND delivered_at IS NULL AND dead_at IS NULL AND claimed_until <= @now
                      AND (CAST(@Only AS TEXT) IS NULL OR id = @Only)
                      AND NOT EXISTS (SELECT 1 FROM alert_outbox AS e WHERE e.project = o.project AND e.channel = o.channel AND e.fingerprint = o.fingerprint
                        AND e.delivered_at IS NULL AND e.dead_at IS NULL AND (e.transition < o.transition OR (e.transition = o.transition AND e.created_at < o.created_at)))
                    ORDER BY due_at, created_at LIMIT @MostCandidates
                    """,
                    new { claim.Project, claim.Channel, claim.Only, now = claim.Now.ToUnixTimeMilliseconds(), MostCandidates },
                    transaction)).AsList();
                return Choose(rows, claim) is { Count: > 0 } chosen ? await TakeAsync(connection, transaction, chosen, claim) : null;
            },
            cancellationToken);

    /// <summary>Records a try: delivered, to be tried again at <paramref name="next"/>, or given up (null).</summary>
    public Task CompleteAsync(Delivery delivery, DeliveryTry outcome, DateTimeOffset? next, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            async (connection, transaction) =>
            {
                var delivered = outcome.Result.Outcome == DeliveryOutcome.Delivered;
                var at = outcome.EndedAt.ToUnixTimeMilliseconds();
                foreach (var entry in delivery.Entries)
                {
                    var values = new
                    {
                        entry.Message.Id,
                        entry.Attempts,
                        at,
                        milliseconds = (long)outcome.Took.TotalMilliseconds,
                        outcome = outcome.Result.Outcome.ToString(),
                        outcome.Result.Error,
                        delivered = delivered ? at : (long?)null,
                        dead = !delivered && next is null ? at : (long?)null,
                        due = next?.ToUnixTimeMilliseconds(),
                    };
                    await connection.ExecuteAsync(
                        """
                        UPDATE alert_outbox SET delivered_at = @delivered, dead_at = @dead, due_at = coalesce(@due, due_at), claimed_until = 0, claimed_by = NULL, error = @Error
                        WHERE id = @Id AND delivered_at IS NULL
                        """,
                        values,
                        transaction);
                    await connection.ExecuteAsync(
                        """
                        INSERT INTO alert_deliveries (id, attempt, at, milliseconds, outcome, error) VALUES (@Id, @Attempts, @at, @milliseconds, @outcome, @Error)
                        ON CONFLICT DO NOTHING
                        """,
                        values,
                        transaction);
                }

                return 0;
            },
            cancellationToken);

    /// <summary>Messages, newest first: all of them, or only those still open or given up.</summary>
    public async Task<IReadOnlyList<OutboxEntry>> ListAsync(string project, OutboxFilter filter, int limit, CancellationToken cancellationToken)
    {
        var where = filter switch
        {
            OutboxFilter.Open => " AND delivered_at IS NULL AND dead_at IS NULL",
            OutboxFilter.Dead => " AND dead_at IS NOT NULL",
            _ => "",
        };
        var rows = await state.QueryAsync<Row>($"{Columns} WHERE project = @project{where} ORDER BY created_at DESC LIMIT @limit", new { project, limit }, cancellationToken);
        return [.. rows.Select(row => row.ToEntry())];
    }

    /// <summary>Gives the dead messages of a channel another chance.</summary>
    public Task<int> ReviveAsync(string project, string channel, DateTimeOffset now, CancellationToken cancellationToken) =>
        state.ExecuteAsync(
            "UPDATE alert_outbox SET dead_at = NULL, due_at = @now, created_at = @now WHERE project = @project AND channel = @channel AND dead_at IS NOT NULL",
            new { project, channel, now = now.ToUnixTimeMilliseconds() },
            cancellationToken);

    /// <summary>Gives up what waits for channels that no longer exist.</summary>
    public async Task BuryUnknownAsync(string project, IReadOnlyList<string> known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = await state.QueryAsync<string>(
            "SELECT DISTINCT channel FROM alert_outbox WHERE project = @project AND delivered_at IS NULL AND dead_at IS NULL", new { project }, cancellationToken);
        foreach (var channel in waiting.Except(known))
        {
            await state.ExecuteAsync(
                """
                UPDATE alert_outbox SET dead_at = @now, error = 'the channel is no longer configured'
                WHERE project = @project AND channel = @channel AND delivered_at IS NULL AND dead_at IS NULL
                """,
                new { project, channel, now = now.ToUnixTimeMilliseconds() },
                cancellationToken);
        }
    }

    /// <summary>Forgets messages that ended before a moment, with their tries. Open ones are never forgotten.</summary>
    public async Task ForgetAsync(string project, DateTimeOffset before, CancellationToken cancellationToken)
    {
        const string Ended = "project = @project AND coalesce(delivered_at, dead_at) < @before";
        var values = new { project, before = before.ToUnixTimeMilliseconds() };
        await state.ExecuteAsync($"DELETE FROM alert_deliveries WHERE id IN (SELECT id FROM alert_outbox WHERE {Ended})", values, cancellationToken);
        await state.ExecuteAsync($"DELETE FROM alert_outbox WHERE {Ended}", values, cancellationToken);
    }

    // A batch begun stays as it is; otherwise the first due message, with those of the same state where messages are gathered.
    private static List<Row> Choose(List<Row> rows, Claim claim)
    {
        var now = claim.Now.ToUnixTimeMilliseconds();
        var first = rows.Find(row => row.DueAt <= now);
        return first is null ? []
            : first.Batch is { } batch ? [.. rows.Where(row => row.Batch == batch)]
            : claim.Most > 1 ? [.. rows.Where(row => row.Batch is null && row.State == first.State).Take(claim.Most)]
            : [first];
    }

    private static async Task<Delivery?> TakeAsync(DbConnection connection, DbTransaction transaction, List<Row> chosen, Claim claim)
    {
        var batch = chosen[0].Batch ?? (chosen.Count == 1 ? chosen[0].Id : "batch_" + Fingerprints.Of(chosen.Select(row => row.Id)));
        var taken = new List<OutboxEntry>();
        foreach (var row in chosen)
        {
            var claimed = await connection.ExecuteAsync(
                """
                UPDATE alert_outbox SET claimed_by = @Worker, claimed_until = @until, batch = @batch, attempts = attempts + 1
                WHERE id = @Id AND claimed_until <= @now AND delivered_at IS NULL AND dead_at IS NULL
                """,
                new { claim.Worker, until = claim.Until.ToUnixTimeMilliseconds(), batch, row.Id, now = claim.Now.ToUnixTimeMilliseconds() },
                transaction);
            if (claimed == 1)
            {
                taken.Add(row.ToEntry() with { Attempts = (int)row.Attempts + 1 });
            }
        }

        return taken.Count == 0 ? null : new Delivery(batch, taken);
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";
        public string Channel { get; set; } = "";
        public string State { get; set; } = "";
        public string Message { get; set; } = "";
        public string? Batch { get; set; }
        public long CreatedAt { get; set; }
        public long DueAt { get; set; }
        public long Attempts { get; set; }
        public long? DeliveredAt { get; set; }
        public long? DeadAt { get; set; }
        public string? Error { get; set; }

        public OutboxEntry ToEntry() => new(JsonSerializer.Deserialize<AlertMessage>(Message, StateJson.Options)!, Channel)
        {
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            DueAt = DateTimeOffset.FromUnixTimeMilliseconds(DueAt),
            Attempts = (int)Attempts,
            DeliveredAt = DeliveredAt is { } delivered ? DateTimeOffset.FromUnixTimeMilliseconds(delivered) : null,
            DeadAt = DeadAt is { } dead ? DateTimeOffset.FromUnixTimeMilliseconds(dead) : null,
            Error = Error,
        };
    }
}
