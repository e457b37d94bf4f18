using System.Data.Common;
using System.Text.Json;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Recovery;

/// <summary>Remembers incidents and their timelines.</summary>
internal sealed class IncidentStore(StateStore state)
{
    public async Task<IReadOnlyList<Incident>> OpenAsync(string project, CancellationToken cancellationToken) =>
        Read(await state.QueryAsync<string>("SELECT document FROM incidents WHERE project = @project AND closed_at IS NULL ORDER BY opened_at, id", new { project }, cancellationToken));

    /// <summary>Those that were over since a moment, newest first.</summary>
    public async Task<IReadOnlyList<Incident>> ClosedAsync(string project, DateTimeOffset since, CancellationToken cancellationToken) => Read(await state.QueryAsync<string>(
        "SELECT document FROM incidents WHERE project = @project AND closed_at >= @since ORDER BY closed_at DESC, id DESC", new { project, since = since.ToUnixTimeMilliseconds() }, cancellationToken));

    /// <summary>Open ones and those opened since a moment, newest first.</summary>
    public async Task<IReadOnlyList<Incident>> ListAsync(string project, DateTimeOffset since, int limit, CancellationToken cancellationToken) => Read(await state.QueryAsync<string>(
        "SELECT document FROM incidents WHERE project = @project AND (opened_at >= @since OR closed_at IS NULL) ORDER BY opened_at DESC, id DESC LIMIT @limit",
        new { project, since = since.ToUnixTimeMilliseconds(), limit },
        cancellationToken));

    public async Task<IReadOnlyList<IncidentEvent>> TimelineAsync(string project, string incident, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<EventRow>(
            "SELECT at AS At, kind AS Kind, sentence AS Sentence FROM incident_events WHERE project = @project AND incident = @incident ORDER BY number", new { project, incident }, cancellationToken);
        return [.. rows.Select(row => new IncidentEvent(DateTimeOffset.FromUnixTimeMilliseconds(row.At), Enum.Parse<IncidentEventKind>(row.Kind.Replace("_", "", StringComparison.Ordinal), ignoreCase: true), row.Sentence))];
    }

    /// <summary>Writes an incident's next state with its lines of the timeline, in one transaction.</summary>
    /// <returns>The incident as it stands; null when another keeper was quicker (then nothing was written and nothing may be done).</returns>
    public Task<Incident?> SaveAsync(string project, Incident incident, IReadOnlyList<IncidentEvent> events, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (connection, transaction) =>
        {
            var next = incident with { Version = incident.Version + 1 };
            var row = new
            {
                project,
                next.Id,
                issue = next.Key.ToString(),
                phase = RunRow.Word(next.Phase),
                opened = next.OpenedAt.ToUnixTimeMilliseconds(),
                closed = next.ClosedAt?.ToUnixTimeMilliseconds(),
                next.Version,
                before = incident.Version,
                document = JsonSerializer.Serialize(next, StateJson.Options),
            };
            var written = await connection.ExecuteAsync(
                incident.Version == 0
                    ? "INSERT INTO incidents (project, id, issue, phase, opened_at, closed_at, version, document) VALUES (@project, @Id, @issue, @phase, @opened, @closed, @Version, @document) ON CONFLICT DO NOTHING"
                    : "UPDATE incidents SET phase = @phase, closed_at = @closed, version = @Version, document = @document WHERE project = @project AND id = @Id AND version = @before",
                row,
                transaction);
            if (written == 0)
            {
                return null;
            }

            await AppendAsync(connection, transaction, project, next.Id, events);
            return next;
        },
        cancellationToken);

    /// <summary>Adds lines to a timeline.</summary>
    public Task AppendAsync(string project, string incident, IReadOnlyList<IncidentEvent> events, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (connection, transaction) =>
        {
            await AppendAsync(connection, transaction, project, incident, events);
            return 0;
        },
        cancellationToken);

    /// <summary>Forgets what was over before a moment.</summary>
    public async Task ForgetAsync(string project, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var row = new { project, before = before.ToUnixTimeMilliseconds() };
        await state.ExecuteAsync("DELETE FROM incident_events WHERE project = @project AND incident IN (SELECT id FROM incidents WHERE project = @project AND closed_at < @before)", row, cancellationToken);
        await state.ExecuteAsync("DELETE FROM incidents WHERE project = @project AND closed_at < @before", row, cancellationToken);
    }

    private static async Task AppendAsync(DbConnection connection, DbTransaction transaction, string project, string incident, IReadOnlyList<IncidentEvent> events)
    {
        foreach (var one in events)
        {
            await connection.ExecuteAsync(
                """
                INSERT INTO incident_events (project, incident, number, at, kind, sentence)
                SELECT @project, @incident, COALESCE(max(number), 0) + 1, @at, @kind, @Sentence FROM incident_events WHERE project = @project AND incident = @incident
                """,
                new { project, incident, at = one.At.ToUnixTimeMilliseconds(), kind = RunRow.Word(one.Kind), one.Sentence },
                transaction);
        }
    }

    private static IReadOnlyList<Incident> Read(IReadOnlyList<string> documents) => [.. documents.Select(document => JsonSerializer.Deserialize<Incident>(document, StateJson.Options)!)];

    private sealed class EventRow
    {
        public long At { get; set; }
        public string Kind { get; set; } = "";
        public string Sentence { get; set; } = "";
    }
}
