using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Scheduling;

/// <summary>Writes the beginning and the end of runs that change something into the audit log.</summary>
internal sealed class RunAuditStore(AuditStore audit, string node, ILogger log)
{
    /// <returns>Why the run must not happen; null when it may.</returns>
    public async Task<JobResult?> BeginAsync(IJob job, JobRequest request, RunRecord record)
    {
        if (job.Effect == JobEffect.Reads || request.DryRun)
        {
            return null;
        }

        try
        {
            await audit.AppendAsync(Entry(request, record, "begun", record.StartedAt), CancellationToken.None);
            return null;
        }
        catch (KeeperException e) when (job.Effect == JobEffect.Removes)
        {
            return JobResult.Refused($"Refused by guard 'audit-log': {e.Message} {e.Hint}");
        }
        catch (KeeperException e)
        {
            log.LogError(e, "{Job} of {Project} begins without its line in the audit log", record.Job, request.Project);
            return null;
        }
    }

    /// <summary>The run's result; what was done cannot be refused any more, so a log that fails now is told in the result.</summary>
    public async Task<JobResult> EndAsync(IJob job, JobRequest request, RunRecord record, JobResult result, DateTimeOffset now)
    {
        if (job.Effect == JobEffect.Reads)
        {
            return result;
        }

        try
        {
            await audit.AppendAsync(
                Entry(request, record, RunRow.Word(result.Outcome), now) with { Before = result.Before, After = result.After, Detail = result.Reason }, CancellationToken.None);
            return result;
        }
        catch (KeeperException e)
        {
            log.LogError(e, "{Job} of {Project} ended without its line in the audit log", record.Job, request.Project);
            return request.DryRun ? result : result with { Outcome = result.Outcome == RunOutcome.Done ? RunOutcome.Degraded : result.Outcome, Reason = $"{result.Reason} {e.Message}" };
        }
    }

    private AuditEntry Entry(JobRequest request, RunRecord record, string result, DateTimeOffset now) =>
        new(now, request.Actor ?? ActorOf(request.Trigger), record.Job, record.Run, result) { Project = request.Project };

    private Actor ActorOf(RunTrigger trigger) => trigger switch
    {
        RunTrigger.Manual => ActorHost.OnCommandLine(node),
        RunTrigger.Api => new Actor("somebody", $"API, {node}"),
        _ => new Actor("cachekeeper", $"{RunRow.Word(trigger).Replace('_', ' ')}, {node}"),
    };
}
