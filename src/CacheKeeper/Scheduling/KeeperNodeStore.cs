using CacheKeeper.Storage;

namespace CacheKeeper.Scheduling;

/// <summary>Which keepers share this state, and when each was last seen.</summary>
internal sealed class KeeperNodeStore(StateStore state)
{
    public Task WriteAsync(KeeperNode node, CancellationToken cancellationToken) => state.ExecuteAsync(
        """
        INSERT INTO keepers (node, started_at, seen_at, stopped_at, urls, version) VALUES (@Node, @StartedAt, @SeenAt, @StoppedAt, @Urls, @Version)
        ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at, stopped_at = excluded.stopped_at, urls = excluded.urls
        """,
        new
        {
            node.Node,
            StartedAt = node.StartedAt.ToUnixTimeMilliseconds(),
            SeenAt = node.SeenAt.ToUnixTimeMilliseconds(),
            StoppedAt = node.StoppedAt?.ToUnixTimeMilliseconds(),
            node.Urls,
            node.Version,
        },
        cancellationToken);

    /// <summary>Keepers seen since then, the latest first.</summary>
    public async Task<IReadOnlyList<KeeperNode>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<Row>(
            "SELECT node AS Node, started_at AS StartedAt, seen_at AS SeenAt, stopped_at AS StoppedAt, urls AS Urls, version AS Version FROM keepers WHERE seen_at >= @since ORDER BY seen_at DESC",
            new { since = since.ToUnixTimeMilliseconds() },
            cancellationToken);
        return [.. rows.Select(row => new KeeperNode(row.Node, At(row.StartedAt), At(row.SeenAt), row.StoppedAt is { } stopped ? At(stopped) : null, row.Urls, row.Version))];
    }

    /// <summary>Forgets keepers not seen since then.</summary>
    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM keepers WHERE seen_at < @before", new { before = before.ToUnixTimeMilliseconds() }, cancellationToken);

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private sealed class Row
    {
        public string Node { get; set; } = "";
        public long StartedAt { get; set; }
        public long SeenAt { get; set; }
        public long? StoppedAt { get; set; }
        public string Urls { get; set; } = "";
        public string Version { get; set; } = "";
    }
}
