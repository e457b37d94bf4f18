using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Optimization;

/// <summary>Takes changes of lifetimes back by name: the ordinary lifetimes return with the next reading of the directives.</summary>
internal sealed class OptimizerUndoJob(string target, ChangeService changing) : IJob
{
    public string Name => "optimizer-undo";

    public IReadOnlyList<string> Resources => ["directives:optimizer"];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await context.ProveAsync(cancellationToken);
        var undone = await changing.UndoAsync(target, cancellationToken);
        if (undone.Count == 0)
        {
            throw KeeperException.Usage($"No change that stands is called {target}.", "'cachekeeper optimizer record' lists them; a run, a change or a subject such as ttl:payments can be named.");
        }

        var told = await changing.PublishAsync(context.StartedAt, cancellationToken);
        return new JobResult(told.IsHeard ? RunOutcome.Done : RunOutcome.Degraded, $"Taken back: {string.Join("; ", undone.Select(change => change.What))}. {told.Sentence}")
        {
            Counts = new JsonObject { ["undone"] = undone.Count },
            Undoes = undone[0].Run,
        };
    }
}
