using System.Text.Json.Nodes;

namespace CacheKeeper.Scheduling;

/// <summary>The monthly job: every room's step, one after the other, each with an outcome of its own.</summary>
internal sealed class MonthlyArchiveJob(IReadOnlyList<IMonthlyJob> steps) : IJob
{
    public string Name => FixedJobs.MonthlyArchive;

    public IReadOnlyList<string> Resources => [.. steps.SelectMany(step => step.Resources).Distinct()];

    public JobEffect Effect => steps.Select(step => step.Effect).DefaultIfEmpty(JobEffect.Reads).Max();

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var results = new List<(string Name, JobResult Result)>();
        foreach (var step in steps)
        {
            context.Progress((double)results.Count / steps.Count, step.Name);
            results.Add((step.Name, await RunOneAsync(step, context, cancellationToken)));
        }

        var counts = new JsonObject();
        foreach (var (name, result) in results)
        {
            counts[name] = new JsonObject { ["outcome"] = RunRow.Word(result.Outcome), ["reason"] = result.Reason, ["counts"] = result.Counts?.DeepClone() };
        }

        return new JobResult(Outcome([.. results.Select(one => one.Result.Outcome)]), string.Join(' ', results.Select(one => one.Result.Reason))) { Counts = counts };
    }

    private static async Task<JobResult> RunOneAsync(IMonthlyJob step, JobContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await step.RunAsync(context, cancellationToken);
        }
        catch (KeeperException e)
        {
            return new JobResult(RunOutcome.Failed, $"{step.Name}: {e.Message} {e.Hint}".TrimEnd());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            return new JobResult(RunOutcome.Failed, $"{step.Name}: {e.Message}");
        }
    }

    private static RunOutcome Outcome(IReadOnlyList<RunOutcome> outcomes) =>
        outcomes.All(outcome => outcome == RunOutcome.DryRun) ? RunOutcome.DryRun
        : outcomes.All(outcome => outcome == RunOutcome.NothingToDo) ? RunOutcome.NothingToDo
        : outcomes.All(outcome => outcome is RunOutcome.Done or RunOutcome.NothingToDo or RunOutcome.DryRun) ? RunOutcome.Done
        : outcomes.All(outcome => outcome is RunOutcome.Failed or RunOutcome.Refused) ? RunOutcome.Failed
        : RunOutcome.Degraded;
}
