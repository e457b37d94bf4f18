using System.Text.Json;
using CacheKeeper.Storage;
using Dapper;

namespace CacheKeeper.Analytics.Insights;

/// <summary>Remembers insights and when they held: one row each time one opens.</summary>
internal sealed class InsightStore(StateStore state)
{
    private const string Columns = "SELECT opened_at AS OpenedAt, last_seen_at AS LastSeenAt, closed_at AS ClosedAt, document AS Document FROM insights";

    public async Task<IReadOnlyList<BookedInsight>> OpenAsync(string project, CancellationToken cancellationToken) =>
        [.. (await state.QueryAsync<Row>(Columns + " WHERE project = @project AND closed_at IS NULL ORDER BY opened_at, id", new { project }, cancellationToken)).Select(row => row.ToBooked())];

    /// <summary>Open ones, and those closed since then; newest first.</summary>
    public async Task<IReadOnlyList<BookedInsight>> ListAsync(string project, DateTimeOffset closedSince, CancellationToken cancellationToken) =>
        [.. (await state.QueryAsync<Row>(
            Columns + " WHERE project = @project AND (closed_at IS NULL OR closed_at >= @since) ORDER BY opened_at DESC, id",
            new { project, since = closedSince.ToUnixTimeMilliseconds() },
            cancellationToken)).Select(row => row.ToBooked())];

    public Task WriteAsync(string project, InsightChanges changes, CancellationToken cancellationToken) => state.InTransactionAsync(
        async (connection, transaction) =>
        {
            foreach (var booked in changes.Opened.Concat(changes.Worsened).Concat(changes.StillOpen).Concat(changes.Closed))
            {
                await connection.ExecuteAsync(
                    """
                    INSERT INTO insights (project, id, opened_at, last_seen_at, closed_at, document) VALUES (@project, @id, @opened, @seen, @closed, @document)
                    ON CONFLICT (project, id, opened_at) DO UPDATE SET last_seen_at = excluded.last_seen_at, closed_at = excluded.closed_at, document = excluded.document
                    """,
                    new
                    {
                        project,
                        id = booked.Insight.Id,
                        opened = booked.OpenedAt.ToUnixTimeMilliseconds(),
                        seen = booked.LastSeenAt.ToUnixTimeMilliseconds(),
                        closed = booked.ClosedAt?.ToUnixTimeMilliseconds(),
                        document = JsonSerializer.Serialize(booked.Insight, StateJson.Options),
                    },
                    transaction);
            }

            return 0;
        },
        cancellationToken);

    public Task ForgetAsync(string project, DateTimeOffset before, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM insights WHERE project = @project AND closed_at < @before", new { project, before = before.ToUnixTimeMilliseconds() }, cancellationToken);

    private sealed class Row
    {
        public long OpenedAt { get; set; }
        public long LastSeenAt { get; set; }
        public long? ClosedAt { get; set; }
        public string Document { get; set; } = "";

        public BookedInsight ToBooked() => new(
            JsonSerializer.Deserialize<Insight>(Document, StateJson.Options)!,
            DateTimeOffset.FromUnixTimeMilliseconds(OpenedAt),
            DateTimeOffset.FromUnixTimeMilliseconds(LastSeenAt),
            ClosedAt is { } closed ? DateTimeOffset.FromUnixTimeMilliseconds(closed) : null);
    }
}
