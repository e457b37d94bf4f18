namespace CacheKeeper.Scheduling;

/// <summary>Tells times that come in time from those that passed while no keeper ran, and what becomes of these.</summary>
internal static class MissedFirings
{
    /// <summary>One firing for each due time, oldest first; of very many missed ones the latest <see cref="SchedulingPolicy.MostMissed"/>.</summary>
    /// <param name="due">Times that are due and not recorded, oldest first.</param>
    /// <param name="start">When the run of a time was to start.</param>
    public static IReadOnlyList<Firing> Sort(string job, IReadOnlyList<DateTimeOffset> due, Func<DateTimeOffset, DateTimeOffset> start, MisfirePolicy misfire, SchedulingPolicy policy, DateTimeOffset now)
    {
        var missed = due.Where(time => now - start(time) > policy.MisfireAfter).ToList();
        var fresh = due.Except(missed).Select(time => new Firing(job, time, RunTrigger.Schedule)).ToList();
        if (missed.Count == 0)
        {
            return fresh;
        }

        var told = missed.TakeLast(policy.MostMissed).ToList();
        var runs = misfire switch
        {
            MisfirePolicy.CatchUp => told,
            MisfirePolicy.RunOnce when fresh.Count == 0 => [told[^1]],
            _ => [],
        };
        var reason = misfire == MisfirePolicy.RunOnce
            ? $"Missed: no keeper ran at its time; the run of {(fresh.Count > 0 ? fresh[0].ScheduledAt : told[^1]).UtcDateTime:yyyy-MM-dd HH:mm:ss}Z stands for it."
            : "Missed: no keeper ran at its time, and missed times are skipped.";
        var unlisted = missed.Count - told.Count;
        return
        [
            .. told.Select((time, i) => runs.Contains(time)
                ? new Firing(job, time, RunTrigger.CatchUp)
                : new Firing(job, time, RunTrigger.Schedule, i == 0 && unlisted > 0 ? $"{reason} It stands also for {unlisted} earlier ones." : reason)),
            .. fresh,
        ];
    }
}
