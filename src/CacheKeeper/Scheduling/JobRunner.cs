using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Scheduling;

/// <summary>Runs a job once: lease, ledger row, time limit, catch, record. The only broad catch between the process and its jobs.</summary>
internal sealed class JobRunner(RunStore runs, LeaseStore leases, SchedulingPolicy policy, string node, TimeProvider time, ILogger<JobRunner> log, AuditStore audit)
{
    private readonly ClaimStore _claims = new(leases);
    private readonly RunAuditStore _audit = new(audit, node, log);

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
        var claim = await _claims.ClaimAsync(resources, lone, owner, policy.Lease, Draft(name, request), request.TakesOver, cancellationToken);
        if (claim.Taken is { } taken)
        {
            var holder = await leases.HolderAsync(taken, cancellationToken) ?? "another run";
            throw new KeeperException($"Another run holds the lease: {holder} ({taken}).", "Wait for it to end ('cachekeeper scheduler status' shows it) or try again later.", ExitCode.Busy);
        }

        if (claim.Record is not { } record)
        {
            return null;
        }

        await using var held = new LeaseRunner(leases, claim.Leases, policy.Lease, time);
        try
        {
            var result = await _audit.BeginAsync(job, request, record) ?? await RunCaughtAsync(job, request, record, held, cancellationToken);
            return await EndAsync(record, await _audit.EndAsync(job, request, record, result, time.GetUtcNow()), held);
        }
        catch (KeeperException e) when (e.ExitCode == ExitCode.Usage)
        {
            // Asked for something that does not exist: recorded, and told as wrong usage.
            await EndAsync(record, await _audit.EndAsync(job, request, record, new JobResult(RunOutcome.Failed, e.Message), time.GetUtcNow()), held);
            throw;
        }
    }

    /// <summary>Who runs the job now; null when nobody does.</summary>
    public Task<string?> HolderAsync(string project, string job, CancellationToken cancellationToken) => leases.HolderAsync(LeaseOf(project, job), cancellationToken);

    // A run that was closed meanwhile (its node was thought dead) stays as it was closed.
    private async Task<RunRecord> EndAsync(RunRecord record, JobResult result, LeaseRunner held)
    {
        var now = time.GetUtcNow();
        var completed = await _claims.EndAsync(record.Run, result, now, await held.GiveUpAsync());
        return completed ? record.Ended(result, now) : (await runs.FindAsync(record.Run, CancellationToken.None))!;
    }

    private static string LeaseOf(string project, string job) => $"{project}/job:{job}";

    private async Task<JobResult> RunCaughtAsync(IJob job, JobRequest request, RunRecord record, LeaseRunner held, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(policy.LongestRun, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost, limit.Token);
        var changes = !request.DryRun && job.Effect != JobEffect.Reads;
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
            return new JobResult(RunOutcome.Interrupted, WhyStopped(limit.IsCancellationRequested, held.Lost.IsCancellationRequested));
        }
        catch (KeeperException e) when (e.ExitCode != ExitCode.Usage)
        {
            return new JobResult(e.ExitCode == ExitCode.Refused ? RunOutcome.Refused : RunOutcome.Failed, Sentence(e));
        }
        catch (Exception e) when (e is IHinted and not KeeperException)
        {
            // The run tells it in a sentence; where our code met it adds nothing.
            return new JobResult(RunOutcome.Failed, Sentence(e));
        }
        catch (Exception e) when (e is not KeeperException)
        {
            log.LogError(e, "Job {Job} of {Project} failed", record.Job, request.Project);
            return new JobResult(RunOutcome.Failed, Sentence(e));
        }
    }

    // What went wrong and, where the failure knows it, what to do.
    private static string Sentence(Exception e) => e is IHinted { Hint: { Length: > 0 } hint } ? $"{e.Message.TrimEnd('.')}. {hint}" : e.Message;

    private string WhyStopped(bool tookTooLong, bool leaseLost) => (tookTooLong, leaseLost) switch
    {
        (true, _) => $"Stopped after {policy.LongestRun}, the longest a run may take.",
        (_, true) => $"Stopped before it was done: the right to run alone ran out, for the machine or the state's database took longer than {policy.Lease.TotalSeconds:0.#} s to renew it (scheduling.lease).",
        _ => "Stopped before it was done.",
    };

    private async Task<DateTimeOffset> ProveAsync(LeaseRunner held, CancellationToken cancellationToken) =>
        await Freezes.FindAsync(time.GetUtcNow(), cancellationToken) is { } freeze ? throw new FrozenException(freeze) : await held.ProveAsync(cancellationToken);

    private RunRecord Draft(string name, JobRequest request) => new()
    {
        Run = "",
        Job = name,
        Project = request.Project,
        ScheduledAt = request.ScheduledAt,
        StartedAt = time.GetUtcNow(),
        Node = node,
        Trigger = request.Trigger,
    };
}
