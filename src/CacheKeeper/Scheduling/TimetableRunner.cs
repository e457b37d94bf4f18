namespace CacheKeeper.Scheduling;

/// <summary>
/// Runs one project's timetable: hands out due times, has each judged, runs or records it. The ledger's unique (job, project, scheduled time)
/// and the leases make several of these, on several nodes, act as one.
/// </summary>
internal sealed class TimetableRunner(ProjectParts parts, TimeProvider time, ILogger log)
{
    private readonly Dictionary<string, Task> _running = [];
    private readonly DeadRunRunner _dead = new(parts);
    private readonly FiringRunner _firings = new(parts, time, log);
    private readonly SetBacks _setBacks = new();
    private List<JobLine> _lines = [];
    private IReadOnlyDictionary<string, Pause> _pauses = new Dictionary<string, Pause>();
    private DateTimeOffset _nextLook;

    public IReadOnlyList<JobLine> Lines => _lines;

    /// <summary>Keeps the timetable until told to stop; a state that does not answer is tried again.</summary>
    public async Task KeepAsync(CancellationToken stop)
    {
        await Task.Yield();
        var begun = false;
        while (!stop.IsCancellationRequested)
        {
            var next = time.GetUtcNow() + parts.Policy.LookEvery;
            try
            {
                if (!begun)
                {
                    await BeginAsync(stop);
                    begun = true;
                }

                next = await TickAsync(stop);
                var wait = next - time.GetUtcNow();
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogError(e, "The timetable of {Project} could not be looked at; trying again", parts.Project);
                await Task.Delay(parts.Policy.LookEvery, time, CancellationToken.None);
            }
        }
    }

    /// <summary>Takes up the timetable where the ledger left it.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await parts.Notes.MarkAsync(parts.Timetable, now, cancellationToken);
        // Further ahead than clocks of several nodes are apart: the clock was set back while no keeper ran.
        if ((await parts.Runs.LatestScheduledRunAsync(parts.Project, cancellationToken))?.StartedAt is { } latest && latest - now > parts.Policy.MisfireAfter)
        {
            _setBacks.Recorded(latest);
        }

        var since = await parts.Notes.SinceAsync(cancellationToken);
        var rhythms = await parts.Notes.RhythmsAsync(cancellationToken);
        _lines = [.. parts.Timetable.Select(job => Line(job, rhythms.GetValueOrDefault(job.Name), Later(now - parts.Policy.LookBack, since[job.Name])))];
    }

    /// <summary>Runs one job after the other instead of side by side: for simulations, in which what a job sees of another must follow from the seed alone.</summary>
    public bool OneByOne { get; init; }

    /// <summary>Does what is due now.</summary>
    /// <param name="stop">Cancelled when the running jobs are to end at their next batch.</param>
    /// <returns>When to come again at the latest.</returns>
    public async Task<DateTimeOffset> TickAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (_setBacks.Read(now))
        {
            log.LogWarning("The clock was set back to {Now:u}: the timetable of {Project} goes on from there", now, parts.Project);
            _lines.ForEach(line => line.SetBack(now));
        }

        if (now >= _nextLook || _nextLook - now > parts.Policy.LookEvery)
        {
            _nextLook = now + parts.Policy.LookEvery;
            await LookAsync(now, stop);
        }

        foreach (var line in _lines)
        {
            await HandOutAsync(line, now, stop);
            await AdvanceAsync(line, now, stop);
            await (OneByOne ? SettleAsync() : Task.CompletedTask);
        }

        return _lines.Select(line => line.Wake ?? _nextLook).Append(_nextLook).Min();
    }

    /// <summary>Waits until nothing runs.</summary>
    public Task SettleAsync() => Task.WhenAll(_running.Values.ToList());

    // What other processes changed: pauses, adapted intervals, moved times, runs whose node died.
    private async Task LookAsync(DateTimeOffset now, CancellationToken stop)
    {
        _pauses = await parts.Notes.PausesAsync(stop);
        var (rhythms, moves) = (await parts.Notes.RhythmsAsync(stop), await parts.Notes.MovesAsync(stop));
        foreach (var line in _lines)
        {
            line.Rhythm = rhythms.GetValueOrDefault(line.Job.Name);
            line.Moved = moves.GetValueOrDefault(line.Job.Name);
        }

        foreach (var firing in await _dead.FindAsync(job => _lines.Any(line => line.Job.Name == job && line.IsIdle), now, stop))
        {
            _lines.First(line => line.Job.Name == firing.Job).Add(firing);
        }
    }

    private async Task HandOutAsync(JobLine line, DateTimeOffset now, CancellationToken stop)
    {
        var due = line.TakeDue(now, now - parts.Policy.LookBack);
        if (due.Count == 0)
        {
            return;
        }

        if (due.Count > 1 || now - line.StartOf(due[0]) > parts.Policy.MisfireAfter)
        {
            var recorded = await parts.Runs.ScheduledAsync(parts.Project, line.Job.Name, due[0], stop);
            due = [.. due.Where(one => !recorded.Contains(_setBacks.NameOf(one)))];
        }

        foreach (var sorted in MissedFirings.Sort(line.Job.Name, due, line.StartOf, line.Job.Settings.Misfire, parts.Policy, now))
        {
            var firing = sorted with { ScheduledAt = _setBacks.NameOf(sorted.ScheduledAt) };
            var left = firing.SkipReason is not null ? firing : line.RunningSince is not null && await SkipOverlapAsync(line, firing, now) ? null : line.Add(firing);
            if (left is not null)
            {
                await _firings.SkipAsync(left, left.SkipReason!, now);
            }
        }
    }

    // A time that comes while its own job runs here: the overlap policy decides at once, not when the run has ended.
    private async Task<bool> SkipOverlapAsync(JobLine line, Firing firing, DateTimeOffset now)
    {
        var verdict = FiringJudge.Judge(firing, new FiringFacts(parts.Timetable, _pauses) { RunningSince = line.RunningSince }, parts.Policy, now);
        if (verdict.Step == FiringStep.Skip)
        {
            await _firings.SkipAsync(firing, verdict.Reason, now);
        }

        return verdict.Step == FiringStep.Skip;
    }

    private async Task AdvanceAsync(JobLine line, DateTimeOffset now, CancellationToken stop)
    {
        while (line.RunningSince is null && line.NotBefore <= now && line.Head is { } firing)
        {
            var facts = new FiringFacts(parts.Timetable, _pauses) { Recent = await RecentAsync(line.Job, firing, stop) };
            var verdict = FiringJudge.Judge(firing, facts, parts.Policy, now);
            switch (verdict.Step)
            {
                case FiringStep.Wait:
                    return;
                case FiringStep.Skip:
                    line.Drop(firing);
                    await _firings.SkipAsync(firing, verdict.Reason, now);
                    break;
                default:
                    line.RunningSince = now;
                    _running[line.Job.Name] = _firings.FireAsync(line, firing, stop);
                    return;
            }
        }
    }

    // Only jobs of days and jobs that wait for others need the ledger to be judged.
    private async Task<IReadOnlyList<RunRecord>> RecentAsync(ScheduledJob job, Firing firing, CancellationToken stop)
    {
        var since = firing.ScheduledAt - TimeSpan.FromHours(26);
        var own = job.IsDaily(firing.ScheduledAt) ? await parts.Runs.ListAsync(new RunFilter { Project = parts.Project, Job = job.Name, Since = since }, stop) : [];
        return job.Definition.WaitsFor is not { } first ? own : [.. own, .. await parts.Runs.ListAsync(new RunFilter { Project = parts.Project, Job = first, Since = since }, stop)];
    }

    private static JobLine Line(ScheduledJob job, Rhythm? rhythm, DateTimeOffset from) =>
        new(job, rhythm is null ? from : Later(from, rhythm.ChangedAt)) { Rhythm = rhythm };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
