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
    public Task<IReadOnlyList<KeeperNode>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        state.ReadAsync(
            "SELECT node, started_at, seen_at, stopped_at, urls, version FROM keepers WHERE seen_at >= @since ORDER BY seen_at DESC",
            row => new KeeperNode(row.GetString(0), At(row.GetInt64(1)), At(row.GetInt64(2)), row.IsDBNull(3) ? null : At(row.GetInt64(3)), row.GetString(4), row.GetString(5)),
            cancellationToken,
            ("@since", since.ToUnixTimeMilliseconds()));

    /// <summary>Forgets keepers not seen since then.</summary>
    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM keepers WHERE seen_at < @before", new { before = before.ToUnixTimeMilliseconds() }, cancellationToken);

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
