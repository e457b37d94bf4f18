using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Backup;

/// <summary>Removes restore points that no rule keeps.</summary>
internal sealed class PruneJob(BackupParts parts) : IJob
{
    public string Name => "backup-prune";

    public IReadOnlyList<string> Resources => [BackupParts.Resource];

    public JobEffect Effect => JobEffect.Removes;

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var repository = await parts.OpenAsync(create: false, cancellationToken);
        var report = await new PruneRunner(repository, parts).RunAsync(!context.DryRun, context.StartedAt, cancellationToken);
        var blind = report.Blind ? " A manifest or a pack cannot be read, so no pack was removed; 'cachekeeper backup verify' tells which." : "";
        var verb = context.DryRun ? "Would remove" : "Removed";
        return new JobResult(
            context.DryRun ? RunOutcome.DryRun : report.Blind ? RunOutcome.Degraded : report.Removed.Count == 0 ? RunOutcome.NothingToDo : RunOutcome.Done,
            (report.Removed.Count == 0 ? $"Nothing to remove; {report.Verdicts.Count} restore points stay." : $"{verb} {string.Join(", ", report.Removed)}; {report.Verdicts.Count - report.Removed.Count} stay, {BackupText.Size(report.FreedBytes)} freed.") + blind)
        {
            Plan = new JsonObject { ["points"] = new JsonArray([.. report.Verdicts.Select(verdict => new JsonObject { ["point"] = verdict.Id, ["keep"] = verdict.Keep, ["reasons"] = new JsonArray([.. verdict.Reasons.Select(reason => JsonValue.Create(reason))]) })]) },
            Counts = new JsonObject { ["removed"] = report.Removed.Count, ["kept"] = report.Verdicts.Count - report.Removed.Count, ["freed_bytes"] = report.FreedBytes },
        };
    }
}
