using System.Text.Json;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>Remembers what the tiers looked like.</summary>
internal sealed class SnapshotStore(StateStore state)
{
    public Task WriteAsync(string project, TierSnapshot snapshot, CancellationToken cancellationToken) =>
        state.ExecuteAsync(
            "INSERT INTO snapshots (id, project, tier, taken_at, document) VALUES (@id, @project, @tier, @at, @document) ON CONFLICT (id) DO NOTHING",
            new
            {
                id = $"{project}/{snapshot.Tier.Word()}/{snapshot.TakenAt.ToUnixTimeMilliseconds()}",
                project,
                tier = snapshot.Tier.Word(),
                at = snapshot.TakenAt.ToUnixTimeMilliseconds(),
                document = JsonSerializer.Serialize(snapshot, StateJson.Options),
            },
            cancellationToken);

    public Task ForgetAsync(string project, DateTimeOffset before, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM snapshots WHERE project = @project AND taken_at < @before", new { project, before = before.ToUnixTimeMilliseconds() }, cancellationToken);

    /// <summary>The latest snapshot of a tier in which it could be looked at; null when there is none.</summary>
    public async Task<TierSnapshot?> LatestAsync(string project, TierName tier, CancellationToken cancellationToken)
    {
        var recent = await state.QueryAsync<string>(
            "SELECT document FROM snapshots WHERE project = @project AND tier = @tier ORDER BY taken_at DESC LIMIT 20",
            new { project, tier = tier.Word() },
            cancellationToken);
        return recent.Select(document => JsonSerializer.Deserialize<TierSnapshot>(document, StateJson.Options)!).FirstOrDefault(snapshot => snapshot.Error is null);
    }
}
