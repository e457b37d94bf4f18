namespace CacheKeeper.Scheduling;

/// <summary>What becomes of one firing: its job runs, it is put off, or its row says why it did not run.</summary>
internal sealed class FiringRunner(ProjectParts parts, TimeProvider time, ILogger log)
{
    /// <summary>Runs the job of a line's firing to its end and takes the firing off the line; where it could not be started, it waits there and is tried again.</summary>
    public async Task FireAsync(JobLine line, Firing firing, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            var request = new JobRequest(parts.Project, firing.Trigger) { ScheduledAt = firing.ScheduledAt, Name = firing.Job, TakesOver = firing.TakesOver };
            var run = await parts.Runner.RunAsync(parts.Create(firing.Job), request, stop);
            line.Drop(firing);
            if (run is { Outcome: { } outcome })
            {
                log.LogInformation("{Job} of {Project} ({Run}): {Outcome}. {Reason}", run.Job, run.Project, run.Run, RunRow.Word(outcome), run.Reason);
            }
        }
        catch (KeeperException busy) when (busy.ExitCode == ExitCode.Busy)
        {
            await WaitedAsync(line, firing, busy.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The state did not answer, or the job could not be made: the firing waits and is tried again.
            log.LogWarning(e, "{Job} of {Project} could not be started", firing.Job, parts.Project);
            await WaitedAsync(line, firing, e.Message);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            line.RunningSince = null;
        }
    }

    /// <summary>Records that a firing does not run, and why; of a run that died, that nobody goes on with it.</summary>
    public async Task SkipAsync(Firing firing, string reason, DateTimeOffset now)
    {
        if (firing.TakesOver is not null)
        {
            await parts.Runs.CompleteAsync(firing.TakesOver, new JobResult(RunOutcome.Interrupted, $"The process ended in the middle of it. {reason}"), now, CancellationToken.None);
            return;
        }

        var draft = new RunRecord
        {
            Run = "",
            Job = firing.Job,
            Project = parts.Project,
            ScheduledAt = firing.ScheduledAt,
            StartedAt = now,
            EndedAt = now,
            Node = parts.Node,
            Trigger = firing.Trigger,
            Outcome = RunOutcome.Skipped,
            Reason = reason,
        };
        if (await parts.Runs.BeginAsync(draft, CancellationToken.None) is { } skipped)
        {
            log.LogInformation("{Job} of {Project} at {ScheduledAt:u}: skipped. {Reason}", skipped.Job, skipped.Project, firing.ScheduledAt, reason);
        }
    }

    // Another node has it, or another run has the tier. The first is over when its row is there; the second has a longest wait.
    private async Task WaitedAsync(JobLine line, Firing firing, string reason)
    {
        var now = time.GetUtcNow();
        try
        {
            if (firing.TakesOver is null && (await parts.Runs.ScheduledAsync(parts.Project, firing.Job, firing.ScheduledAt, CancellationToken.None)).Contains(firing.ScheduledAt))
            {
                line.Drop(firing);
            }
            else if (now - firing.ScheduledAt > parts.Policy.LongestWait)
            {
                line.Drop(firing);
                await SkipAsync(firing, $"Waited for {parts.Policy.LongestWait}: {reason}", now);
            }
            else
            {
                line.NotBefore = now + parts.Policy.LookEvery;
            }
        }
        catch (System.Data.Common.DbException e)
        {
            log.LogWarning(e, "The keeper's own state does not answer");
        }
    }
}
