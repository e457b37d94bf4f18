namespace CacheKeeper.Scheduling;

/// <summary>Finds scheduled runs whose node died, so that another node begins them anew.</summary>
internal sealed class DeadRunRunner(ProjectParts parts)
{
    /// <summary>Firings to begin anew. Whether their node is really dead is decided by their lease: a living one keeps it.</summary>
    /// <param name="isFree">Whether this node could take a job up now.</param>
    public async Task<IReadOnlyList<Firing>> FindAsync(Func<string, bool> isFree, DateTimeOffset now, CancellationToken stop)
    {
        var found = new List<Firing>();
        // A dry run holds no lease and has no token: nobody can say that it is dead.
        foreach (var run in (await parts.Runs.UnfinishedAsync(parts.Project, stop)).Where(run => run.Token > 0 && isFree(run.Job)))
        {
            if (await parts.Runner.HolderAsync(run.Project, run.Job, stop) is not null)
            {
                continue;
            }

            if (run.ScheduledAt is { } scheduled && await parts.Runs.CountTakenOverAsync(run.Project, run.Job, scheduled, stop) < parts.Policy.TakeOvers)
            {
                found.Add(new Firing(run.Job, scheduled, RunTrigger.CatchUp) { TakesOver = run.Run });
            }
            else
            {
                var reason = run.ScheduledAt is null ? "The process ended in the middle of it." : $"Its process ended in the middle of it {parts.Policy.TakeOvers + 1} times; it is not begun again.";
                await parts.Runs.CompleteAsync(run.Run, new JobResult(RunOutcome.Interrupted, reason), now, stop);
            }
        }

        return found;
    }
}
