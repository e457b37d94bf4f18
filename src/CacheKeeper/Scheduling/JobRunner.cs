namespace CacheKeeper.Scheduling;

/// <summary>Runs a job once: lease, ledger row, time limit, catch, record. The only broad catch between the process and its jobs.</summary>
internal sealed class JobRunner(RunStore runs, LeaseStore leases, SchedulingPolicy policy, string node, TimeProvider time, ILogger<JobRunner> log)
{
    /// <summary>The switch that stops every change.</summary>
    public required FreezeStore Freezes { get; init; }

    /// <returns>The completed record; null when this (job, project, scheduled time) was already recorded by another node.</returns>
    /// <exception cref="KeeperException">Another run holds the lease (exit code 5).</exception>
    public async Task<RunRecord?> RunAsync(IJob job, JobRequest request, CancellationToken cancellationToken)
    {
        var name = request.Name ?? job.Name;
        var owner = $"{node}/{Environment.ProcessId}/{name}/{Guid.NewGuid():N}";
        var lone = LeaseOf(request.Project, name);
        var resources = request.DryRun ? [] : job.Resources.Select(resource => $"{request.Project}/{resource}").Append(lone).ToList();
        var (held, holder) = await LeaseRunner.TakeAsync(leases, resources, owner, policy.Lease, time, cancellationToken);
        if (held is null)
        {
            throw new KeeperException($"Another run holds the lease: {holder}.", "Wait for it to end ('cachekeeper scheduler status' shows it) or try again later.", ExitCode.Busy);
        }

        await using (held)
        {
            if (await runs.BeginAsync(Draft(name, request, held.TokenOf(lone)), request.TakesOver, cancellationToken) is not { } record)
            {
                return null;
            }

            await runs.CloseInterruptedAsync(record, time.GetUtcNow(), cancellationToken);
            JobResult result;
            try
            {
                result = await RunCaughtAsync(job, request, record, held, cancellationToken);
            }
            catch (KeeperException e) when (e.ExitCode == ExitCode.Usage)
            {
                // Asked for something that does not exist: recorded, and told as wrong usage.
                await runs.CompleteAsync(record.Run, new JobResult(RunOutcome.Failed, e.Message), time.GetUtcNow(), CancellationToken.None);
                throw;
            }

            await runs.CompleteAsync(record.Run, result, time.GetUtcNow(), CancellationToken.None);
            return await runs.FindAsync(record.Run, CancellationToken.None);
        }
    }

    /// <summary>Who runs the job now; null when nobody does.</summary>
    public Task<string?> HolderAsync(string project, string job, CancellationToken cancellationToken) => leases.HolderAsync(LeaseOf(project, job), cancellationToken);

    private static string LeaseOf(string project, string job) => $"{project}/job:{job}";

    private async Task<JobResult> RunCaughtAsync(IJob job, JobRequest request, RunRecord record, LeaseRunner held, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(policy.LongestRun, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost, limit.Token);
        var changes = !request.DryRun && Changes(job);
        var context = new JobContext
        {
            Run = record.Run,
            Project = request.Project,
            StartedAt = record.StartedAt,
            DryRun = request.DryRun,
            Progress = request.Progress,
            ProveAsync = changes ? cancel => ProveAsync(held, cancel) : held.ProveAsync,
        };
        try
        {
            return changes && await Freezes.FindAsync(time.GetUtcNow(), stop.Token) is { } freeze
                ? JobResult.Refused(freeze.Words + ". 'cachekeeper scheduler unfreeze' allows changes again.")
                : await job.RunAsync(context, stop.Token);
        }
        catch (Exception e) when (e is LeaseLostException or FrozenException)
        {
            return new JobResult(RunOutcome.Interrupted, e.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new JobResult(RunOutcome.Interrupted, limit.IsCancellationRequested ? $"Stopped after {policy.LongestRun}, the longest a run may take." : "Stopped before it was done.");
        }
        catch (KeeperException e) when (e.ExitCode != ExitCode.Usage)
        {
            return new JobResult(e.ExitCode == ExitCode.Refused ? RunOutcome.Refused : RunOutcome.Failed, e.Hint.Length > 0 ? $"{e.Message} {e.Hint}" : e.Message);
        }
        catch (Exception e) when (e is not KeeperException)
        {
            log.LogError(e, "Job {Job} of {Project} failed", record.Job, request.Project);
            return new JobResult(RunOutcome.Failed, e.Message);
        }
    }

    // Whatever works on a tier changes it, unless it says that it only reads.
    private static bool Changes(IJob job) => job.Resources.Any(resource => resource.StartsWith("tier:", StringComparison.Ordinal));

    private async Task<DateTimeOffset> ProveAsync(LeaseRunner held, CancellationToken cancellationToken) =>
        await Freezes.FindAsync(time.GetUtcNow(), cancellationToken) is { } freeze ? throw new FrozenException(freeze) : await held.ProveAsync(cancellationToken);

    private RunRecord Draft(string name, JobRequest request, long token) => new()
    {
        Run = "",
        Job = name,
        Project = request.Project,
        ScheduledAt = request.ScheduledAt,
        StartedAt = time.GetUtcNow(),
        Node = node,
        Trigger = request.Trigger,
        Token = token,
    };
}
