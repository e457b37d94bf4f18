using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Backup;

/// <summary>Proves that a restore point restores.</summary>
internal sealed class DrillJob(BackupParts parts, string? wanted) : IJob
{
    public string Name => "backup-drill";

    public IReadOnlyList<string> Resources => [BackupParts.Resource];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var repository = await parts.OpenAsync(create: false, cancellationToken);
        var point = PointChoice.Choose(await repository.Points.ListAsync(cancellationToken), wanted, null);
        var plan = new JsonObject { ["point"] = point.Id, ["entries"] = point.Entries };
        if (context.DryRun)
        {
            return new JobResult(RunOutcome.DryRun, $"Would restore the {point.Entries:N0} entries of {point.Id} into scratch places and compare.") { Plan = plan };
        }

        var report = await new DrillRunner(repository, parts, context).RunAsync(point, cancellationToken);
        return new JobResult(report.Proven ? RunOutcome.Done : report.Incomparable ? RunOutcome.Degraded : RunOutcome.Failed, report.Reason)
        {
            Plan = plan,
            Counts = new JsonObject(report.Outcomes.Select(outcome => new KeyValuePair<string, JsonNode?>(outcome.Tier, new JsonObject { ["tried"] = outcome.Entries, ["different"] = outcome.Differences, ["not_tried"] = outcome.Left }))),
            Actual = new JsonObject { ["point"] = report.Point, ["proven"] = report.Proven },
        };
    }
}
