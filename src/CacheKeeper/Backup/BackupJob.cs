using System.Text.Json.Nodes;
using CacheKeeper.Backup.Copies;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Backup;

/// <summary>Backs everything up and reads it back; when that is whole, retention removes what no rule keeps, and now and then a restore is proven.</summary>
internal sealed class BackupJob(string name, BackupParts parts, BackupRequest request, bool thenTend) : IJob
{
    public string Name => name;

    public IReadOnlyList<string> Resources => [BackupParts.Resource, .. parts.Tiers.Select(tier => tier.Resource).OfType<string>()];

    /// <summary>It only adds a restore point: a log that cannot be written does not hold it up.</summary>
    public JobEffect Effect => JobEffect.Changes;

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var wanted = parts.Tiers.Where(request.Wants).Select(tier => tier.Name).Where(tier => tier != DictionaryCopyTier.Word).ToList();
        if (wanted.All(tier => tier == StateCopyTier.Word) && !request.Tiers.Contains(StateCopyTier.Word))
        {
            throw KeeperException.Usage("No tier is configured: there is nothing to back up.", "Set DATABASE_URL, UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN, or MEM0_API_KEY.");
        }

        var plan = new JsonObject { ["location"] = parts.Location, ["tiers"] = new JsonArray([.. wanted.Select(tier => JsonValue.Create(tier))]), ["category"] = request.Category };
        if (context.DryRun)
        {
            return new JobResult(RunOutcome.DryRun, $"Would back up {string.Join(", ", wanted)} to {parts.Location}.") { Plan = plan };
        }

        await using var repository = await parts.OpenAsync(create: true, cancellationToken);
        var made = await parts.Runner(repository).RunAsync(request, context.Project, context.Run, context.Progress, cancellationToken);
        var point = made.Point;
        var remarks = point.Parts.Where(part => part.State != PartState.Complete).Select(part => $"{part.Tier} is {(part.State == PartState.Failed ? "missing" : "partial")}: {part.Reason}").ToList();
        var result = new JobResult(point.IsComplete ? RunOutcome.Done : RunOutcome.Degraded, string.Join(" ", remarks.Prepend(BackupText.Made(point, made.StoredBytes)).Append(repository.Advice ?? "")).TrimEnd())
        {
            Plan = plan,
            Counts = Counts(point, made.StoredBytes),
            Actual = new JsonObject { ["point"] = point.Id, ["complete"] = point.IsComplete },
        };
        return point.IsComplete && thenTend ? await TendAsync(repository, point, result, context, cancellationToken) : result;
    }

    // A failure here does not unmake the backup: it is told beside it.
    private async Task<JobResult> TendAsync(RepositoryHost repository, RestorePoint point, JobResult result, JobContext context, CancellationToken cancellationToken)
    {
        var said = new List<string> { result.Reason };
        var outcome = result.Outcome;
        var (_, proven) = await repository.Records.LatestAsync(context.Project, cancellationToken);
        if (parts.Policy.DrillEvery > TimeSpan.Zero && (proven is null || context.StartedAt - proven >= parts.Policy.DrillEvery))
        {
            var drill = await new DrillRunner(repository, parts, context).RunAsync(point, cancellationToken);
            said.Add(drill.Reason);
            outcome = drill.Proven || drill.Incomparable ? outcome : RunOutcome.Degraded;
        }

        var pruned = await new PruneRunner(repository, parts).RunAsync(apply: true, context.StartedAt, cancellationToken);
        if (pruned.Removed.Count > 0)
        {
            said.Add($"Retention removed {pruned.Removed.Count} and freed {BackupText.Size(pruned.FreedBytes)}.");
        }

        return result with { Outcome = outcome, Reason = string.Join(" ", said) };
    }

    private static JsonObject Counts(RestorePoint point, long stored)
    {
        var counts = new JsonObject { ["entries"] = point.Entries, ["bytes"] = point.PlainBytes, ["stored_bytes"] = stored };
        foreach (var part in point.Parts)
        {
            counts[part.Tier] = new JsonObject { ["entries"] = part.Entries, ["bytes"] = part.PlainBytes, ["stored_bytes"] = part.StoredBytes, ["state"] = part.State.ToString().ToLowerInvariant() };
        }

        return counts;
    }
}
