using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup;

/// <summary>
/// Makes one restore point. In this order: sweep what dead runs left; copy the tiers into an unpublished pack, reading each frame back as soon as it is written;
/// sync it; read back what is left through the code that restores; publish the pack; anchor and publish the manifest. Whatever stops it, earlier restore points stay as they are.
/// </summary>
internal sealed class BackupRunner(RepositoryHost repository, IReadOnlyList<ICopyTier> tiers, BackupPolicy policy, string stateSchema, TimeProvider time)
{
    private const double ShareOfCopying = 0.8;

    public async Task<MadePoint> RunAsync(BackupRequest request, string project, string run, Action<double, string> progress, CancellationToken cancellationToken)
    {
        await repository.Files.SweepAsync(cancellationToken);
        try
        {
            return await MakeAsync(request, project, run, progress, cancellationToken);
        }
        catch (DamagedGroundException) when (!request.Whole)
        {
            // Something that this backup would have leaned on is damaged: lean on nothing.
            repository.DistrustChunks();
            return await MakeAsync(request with { Whole = true }, project, run, progress, cancellationToken);
        }
    }

    private async Task<MadePoint> MakeAsync(BackupRequest request, string project, string run, Action<double, string> progress, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var listed = await repository.Points.ListAsync(cancellationToken);
        await repository.Records.ForgetUnfinishedAsync([.. listed.Where(point => point.Point is null).Select(point => point.Id)], run, startedAt, cancellationToken);

        // Never a number twice, also where the state is new and the backups are old.
        var number = 1 + Math.Max(await repository.Records.NewestNumberAsync(project, cancellationToken), listed.Max(point => point.Point?.Number) ?? 0);
        await using var pack = await repository.Chunks.CreateAsync(cancellationToken);
        var parts = await CopyAllAsync(request, project, pack, listed, progress, cancellationToken);
        if (parts.All(part => part.State == PartState.Failed))
        {
            throw new KeeperException("No tier could be backed up: " + string.Join(" ", parts.Select(part => part.Reason)), "'cachekeeper health check' tells what is wrong.");
        }

        var isNew = !pack.IsEmpty;
        if (isNew)
        {
            await pack.SealAsync(cancellationToken);
        }

        await VerifyAsync(parts, pack.Proven, progress, cancellationToken);
        var point = new RestorePoint
        {
            Id = $"rp-{startedAt.UtcDateTime:yyyy-MM-dd}-{number:0000}",
            Number = number,
            Project = project,
            StartedAt = startedAt,
            EndedAt = time.GetUtcNow(),
            ToolVersion = typeof(BackupRunner).Assembly.GetName().Version?.ToString(3) ?? "",
            StateSchema = stateSchema,
            Category = request.Category,
            Kind = request.KindOfPoint,
            PreviousDigest = listed.FirstOrDefault(other => other.Row is not null)?.Row!.ManifestDigest,
            Consistency = "PostgreSQL as of one snapshot; Redis and Mem0 entry by entry while others wrote; the keeper's state in one transaction.",
            Parts = parts,
        };
        var stored = isNew ? pack.Bytes : 0;
        if (isNew)
        {
            await pack.PublishAsync(cancellationToken);
        }

        await repository.Points.SaveAsync(point, stored, run, verified: true, cancellationToken);
        return new MadePoint(point, stored);
    }

    private async Task<IReadOnlyList<TierPart>> CopyAllAsync(BackupRequest request, string project, PackRunner pack, IReadOnlyList<ListedPoint> listed, Action<double, string> progress, CancellationToken cancellationToken)
    {
        var wanted = tiers.Where(request.Wants).ToList();
        var lastGood = listed.FirstOrDefault(point => point.IsGood)?.Point;
        var parts = new List<TierPart>();
        foreach (var tier in wanted)
        {
            var place = parts.Count;
            void Tell(BackupPace pace) => progress((place + pace.Share) / wanted.Count * ShareOfCopying, pace.Text);
            var before = request.Category is null ? lastGood?.Part(tier.Name) : null;
            try
            {
                var (part, facts) = await new CopyRunner(repository, pack, policy, time).CopyAsync(tier, new TierScope(project, request.Category), request.Whole ? null : before, Tell, cancellationToken);
                var doubt = BackupGuards.Part(part, facts.Unreadable, facts.Expected, request.AcceptShrink || request.Kind != PointKind.Backup ? null : before, policy);
                if (doubt is not null || part.Entries > 0 || tier.Name != DictionaryCopyTier.Word)
                {
                    parts.Add(doubt is null ? part : part with { State = PartState.Partial, Reason = doubt });
                }
            }
            catch (TierException e)
            {
                parts.Add(new TierPart { Tier = tier.Name, State = PartState.Failed, Reason = e.Message + "." + (e.Hint.Length > 0 ? " " + e.Hint : "") });
            }
            catch (KeeperException e) when (before is not null && !request.Whole && e.ExitCode == ExitCode.Failed)
            {
                throw new DamagedGroundException(e.Message, e);
            }
        }

        return parts;
    }

    private async Task VerifyAsync(IReadOnlyList<TierPart> parts, IReadOnlyDictionary<string, LineDigest> proven, Action<double, string> progress, CancellationToken cancellationToken)
    {
        var (all, done) = (Math.Max(1, parts.Sum(part => part.PlainBytes)), 0L);
        foreach (var part in parts.Where(part => part.State != PartState.Failed))
        {
            var problem = await PartReaderService.CheckAsync(repository.Chunks, part, proven, bytes => progress(ShareOfCopying + ((1 - ShareOfCopying) * (done + bytes) / all), $"{part.Tier}: reading back"), cancellationToken);
            done += part.PlainBytes;
            if (problem is not null)
            {
                throw new DamagedGroundException($"{part.Tier} does not read back: {problem}", null);
            }
        }
    }

    private sealed class DamagedGroundException(string message, Exception? cause) : Exception(message, cause);
}

/// <summary>A restore point that was just made, and what it added to the location.</summary>
internal sealed record MadePoint(RestorePoint Point, long StoredBytes);
