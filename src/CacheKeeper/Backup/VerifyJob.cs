using System.Text.Json.Nodes;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Backup;

/// <summary>Walks the way of a restore without writing: one restore point, or all of them and every byte of the location.</summary>
/// <param name="wanted">An id or "latest"; null for everything.</param>
internal sealed class VerifyJob(BackupParts parts, string? wanted, TimeProvider time) : IJob
{
    public string Name => "backup-verify";

    public IReadOnlyList<string> Resources => [BackupParts.Resource];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var repository = await parts.OpenAsync(create: false, cancellationToken);
        var listed = await repository.Points.ListAsync(cancellationToken);
        var (problems, proven) = (new List<string>(), new Dictionary<string, LineDigest>());
        if (wanted is null)
        {
            problems.AddRange(listed.Where(point => point.Problem.Length > 0).Select(point => $"{point.Id}: {point.Problem}"));
            problems.AddRange(repository.Chunks.Damage);
            await CheckPacksAsync(repository, problems, proven, context, cancellationToken);
        }

        var points = wanted is null ? [.. listed.Where(point => point.IsUsable).Select(point => point.Point!)] : new List<RestorePoint> { PointChoice.Choose(listed, wanted, null) };
        foreach (var point in points)
        {
            // All packs were read already: for all but the newest it is enough that every chunk is there.
            var problem = wanted is null && point != points[0] ? MissingChunk(repository, point) : await WalkAsync(repository, point, proven, context, cancellationToken);
            problems.AddRange(problem is null ? [] : [$"{point.Id}: {problem}"]);
            if (!context.DryRun && (problem is null) is var good && (good ? problems.Count == 0 : true))
            {
                await repository.Records.MarkVerifiedAsync(point.Id, good ? time.GetUtcNow() : null, cancellationToken);
            }
        }

        return new JobResult(problems.Count == 0 ? RunOutcome.Done : RunOutcome.Failed, problems.Count == 0 ? $"{points.Count} restore point{(points.Count == 1 ? " is" : "s are")} whole: {BackupText.Size(repository.Chunks.Packs.Sum(pack => pack.Bytes))} in {repository.Files.Location}." : string.Join(" ", problems))
        {
            Counts = new JsonObject { ["points"] = points.Count, ["problems"] = problems.Count, ["stored_bytes"] = repository.Chunks.Packs.Sum(pack => pack.Bytes) },
            Actual = new JsonObject { ["problems"] = new JsonArray([.. problems.Select(problem => JsonValue.Create(problem))]) },
        };
    }

    private static async Task CheckPacksAsync(RepositoryHost repository, List<string> problems, Dictionary<string, LineDigest> proven, JobContext context, CancellationToken cancellationToken)
    {
        var (all, done) = (Math.Max(1, repository.Chunks.Packs.Sum(pack => pack.Bytes)), 0L);
        foreach (var pack in repository.Chunks.Packs)
        {
            if (await repository.Chunks.CheckAsync(pack, bytes => context.Progress(0.7 * (done += bytes) / all, $"Reading {pack.Name}"), proven, cancellationToken) is { } problem)
            {
                problems.Add(problem);
            }
        }
    }

    private static string? MissingChunk(RepositoryHost repository, RestorePoint point) =>
        point.Chunks.FirstOrDefault(chunk => !repository.Chunks.Knows(chunk)) is { } missing ? $"Chunk {missing[..12]} is missing." : null;

    private static async Task<string?> WalkAsync(RepositoryHost repository, RestorePoint point, Dictionary<string, LineDigest> proven, JobContext context, CancellationToken cancellationToken)
    {
        foreach (var part in point.Parts.Where(part => part.State != PartState.Failed))
        {
            var problem = await PartReaderService.CheckAsync(repository.Chunks, part, proven, bytes => context.Progress(0.7 + (0.3 * bytes / Math.Max(1, part.PlainBytes)), $"{point.Id}, {BackupText.Title(part.Tier)}"), cancellationToken);
            if (problem is not null)
            {
                return $"{BackupText.Title(part.Tier)}: {problem}";
            }
        }

        return null;
    }
}
