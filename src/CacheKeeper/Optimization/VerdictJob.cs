using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Optimization;

/// <summary>Judges the changes whose time has come and tells the readers what stands now (a switchback trial's next block included).</summary>
internal sealed class VerdictJob(ChangeService changing) : IJob
{
    public string Name => "optimizer-verdict";

    public IReadOnlyList<string> Resources => ["directives:optimizer"];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (context.DryRun)
        {
            return new JobResult(RunOutcome.DryRun, "Verdicts are made when they are due; a dry run makes none.");
        }

        var judged = await changing.JudgeAsync(context.StartedAt, cancellationToken);
        await context.ProveAsync(cancellationToken);
        var told = await changing.PublishAsync(context.StartedAt, cancellationToken);
        return new JobResult(
            judged.Any(change => change.State == ChangeState.Reverted) && !told.IsHeard ? RunOutcome.Degraded : RunOutcome.Done,
            judged.Count == 0 ? $"Nothing is due yet. {told.Sentence}" : string.Join(' ', judged.Select(change => $"{change.What}: {change.Verdict!.Sentence}")))
        {
            Counts = new JsonObject { ["judged"] = judged.Count, ["reverted"] = judged.Count(change => change.State == ChangeState.Reverted) },
            Actual = JsonSerializer.SerializeToNode(judged.ToDictionary(change => change.Id, change => change.Verdict), StateJson.Options),
        };
    }
}
