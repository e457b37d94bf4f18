using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Backup.Retention;

namespace CacheKeeper.Backup;

/// <summary>Carries retention's plan out: manifests first, then packs that nothing needs; packs that hold mostly waste are written anew.</summary>
internal sealed class PruneRunner(RepositoryHost repository, BackupParts parts)
{
    private const double RewriteBelow = 0.5;

    public async Task<PruneReport> RunAsync(bool apply, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var listed = await repository.Points.ListAsync(cancellationToken);
        var plan = RetentionPlanner.Plan([.. listed.Where(point => point.Row?.RemovedAt is null).Select(Kept)], parts.Policy.Keep, now);
        var removed = plan.Where(verdict => !verdict.Keep).Select(verdict => verdict.Id).ToList();
        var leftovers = listed.Where(point => point.Row?.RemovedAt is not null).Select(point => point.Id).ToList();
        var stays = listed.Where(point => !removed.Contains(point.Id) && !leftovers.Contains(point.Id)).ToList();

        // A manifest that cannot be read may need any pack: then no pack goes.
        var blind = stays.Any(point => point.Point is null) || repository.Chunks.Damage.Count > 0;
        var needed = stays.Where(point => point.Point is not null).SelectMany(point => point.Point!.Chunks).ToHashSet();
        if (!apply)
        {
            return new PruneReport(plan, removed, blind ? 0 : repository.Chunks.Packs.Where(pack => !pack.Chunks.Any(chunk => needed.Contains(chunk.Name))).Sum(pack => pack.Bytes), blind);
        }

        foreach (var id in removed.Concat(leftovers))
        {
            await repository.Points.DeleteAsync(id, now, cancellationToken);
        }

        return new PruneReport(plan, removed, blind ? 0 : await SweepPacksAsync(needed, cancellationToken), blind);
    }

    private async Task<long> SweepPacksAsync(HashSet<string> needed, CancellationToken cancellationToken)
    {
        var before = repository.Chunks.Packs.Sum(pack => pack.Bytes);
        foreach (var pack in repository.Chunks.Packs.ToList())
        {
            var live = pack.Chunks.Where(chunk => needed.Contains(chunk.Name)).ToList();
            if (live.Count == 0)
            {
                await repository.Chunks.DeleteAsync(pack, cancellationToken);
            }
            else if (live.Sum(chunk => (long)chunk.Stored) < pack.Bytes * RewriteBelow)
            {
                await RewriteAsync(pack, live, cancellationToken);
            }
        }

        return before - repository.Chunks.Packs.Sum(pack => pack.Bytes);
    }

    // The new pack stands, read back, before the old one goes: a chunk is always in one of them.
    private async Task RewriteAsync(Pack pack, IReadOnlyList<PackedChunk> live, CancellationToken cancellationToken)
    {
        await using var fresh = await repository.Chunks.CreateAsync(cancellationToken);
        foreach (var chunk in live)
        {
            await fresh.CopyAsync(chunk.Name, cancellationToken);
        }

        await fresh.SealAsync(cancellationToken);
        foreach (var name in live.Select(chunk => chunk.Name))
        {
            await repository.Chunks.ReadAsync(name, cancellationToken);
        }

        await fresh.PublishAsync(cancellationToken);
        await repository.Chunks.DeleteAsync(pack, cancellationToken);
    }

    private static KeptPoint Kept(ListedPoint point) => new(
        point.Id,
        point.Point?.StartedAt ?? DateTimeOffset.FromUnixTimeMilliseconds(point.Row?.CreatedAt ?? 0),
        point.Point?.Kind ?? PointKind.Backup,
        point.Point?.IsComplete ?? false,
        point.VerifiedAt is not null,
        point.ProvenAt is not null,
        point.Problem);
}

/// <summary>What retention keeps and removed, or would remove.</summary>
/// <param name="Blind">A manifest or pack cannot be read, so no pack was removed.</param>
internal sealed record PruneReport(IReadOnlyList<RetentionVerdict> Verdicts, IReadOnlyList<string> Removed, long FreedBytes, bool Blind);
