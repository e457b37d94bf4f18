using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Health;

/// <summary>Remembers what checks found.</summary>
internal sealed class HealthStore(StateStore state)
{
    public async Task WriteAsync(string project, DateTimeOffset at, IReadOnlyList<HealthVerdict> verdicts, CancellationToken cancellationToken)
    {
        foreach (var verdict in verdicts)
        {
            await state.ExecuteAsync(
                "INSERT INTO health_checks (project, tier, checked_at, health, reason, latency_ms) VALUES (@project, @tier, @at, @health, @Reason, @latency) ON CONFLICT DO NOTHING",
                new { project, tier = verdict.Tier.Word(), at = at.ToUnixTimeMilliseconds(), health = RunRow.Word(verdict.Health), verdict.Reason, latency = verdict.Latency?.TotalMilliseconds },
                cancellationToken);
        }
    }

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
