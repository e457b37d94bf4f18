using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Health;

/// <summary>Remembers what checks found.</summary>
internal sealed class HealthStore(StateStore state)
{
    private const string Insert = """
        INSERT INTO health_checks (project, tier, checked_at, health, reason, latency_ms) VALUES (@project, @tier, @at, @health, @reason, @latency)
        ON CONFLICT DO NOTHING
        """;

    private const string Forget = "DELETE FROM health_checks WHERE project = @project AND tier = @tier AND checked_at < @before";

    /// <summary>Remembers what was found, and forgets what was found before that time.</summary>
    public Task WriteAsync(string project, DateTimeOffset at, IReadOnlyList<HealthVerdict> verdicts, DateTimeOffset forgetBefore, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            async (connection, transaction) =>
            {
                foreach (var verdict in verdicts)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var tier = verdict.Tier.Word();
                    await StatementStore.ExecuteAsync(
                        connection, transaction, Insert, ("@project", project), ("@tier", tier), ("@at", at.ToUnixTimeMilliseconds()), ("@health", RunRow.Word(verdict.Health)), ("@reason", verdict.Reason), ("@latency", verdict.Latency?.TotalMilliseconds));
                    await StatementStore.ExecuteAsync(connection, transaction, Forget, ("@project", project), ("@tier", tier), ("@before", forgetBefore.ToUnixTimeMilliseconds()));
                }

                return 0;
            },
            cancellationToken);

    /// <summary>The last checks of a tier, newest first.</summary>
    public async Task<IReadOnlyList<CheckedHealth>> RecentAsync(string project, TierName tier, int limit, CancellationToken cancellationToken)
    {
        var rows = await state.QueryAsync<Row>(
            "SELECT checked_at AS CheckedAt, health AS Health FROM health_checks WHERE project = @project AND tier = @tier ORDER BY checked_at DESC LIMIT @limit",
            new { project, tier = tier.Word(), limit },
            cancellationToken);
        return [.. rows.Select(row => new CheckedHealth(DateTimeOffset.FromUnixTimeMilliseconds(row.CheckedAt), Enum.Parse<TierHealth>(row.Health.Replace("_", "", StringComparison.Ordinal), ignoreCase: true)))];
    }

    private sealed class Row
    {
        public long CheckedAt { get; set; }
        public string Health { get; set; } = "";
    }
}
