namespace CacheKeeper.Scheduling;

/// <summary>
/// Gives every job of a period one quiet time: after the jobs it waits for, never more jobs on a tier than it takes, the longest first.
/// A job that has run in the period does not run again; a job that fits no quiet time runs by the timetable, or as soon after it as it can;
/// only a job whose predecessors do not end in the period is left out of it, because order is safety.
/// </summary>
internal static class WindowPlanner
{
    /// <summary>Plans the rest of the period. <paramref name="capacity"/> answers how many jobs a tier takes at once.</summary>
    public static WindowPlan Plan(IReadOnlyList<MovableJob> jobs, IReadOnlyList<QuietTime> quiet, JobPeriod period, Func<string, int> capacity, DateTimeOffset now)
    {
        var placed = new List<PlacedJob>();
        var left = jobs.Where(job => period.Ran.ContainsKey(job.Name)).ToDictionary(job => job.Name, _ => "has run in this period; once is enough");
        var waiting = jobs.Where(job => !left.ContainsKey(job.Name)).ToList();
        var best = quiet.OrderBy(time => time.Share).ThenBy(time => time.Start).ToArray();
        while (waiting.Count > 0)
        {
            var next = waiting.Where(job => !job.After.Any(name => waiting.Any(other => other.Name == name))).MaxBy(job => job.Duration);
            // Jobs that wait for each other in a circle: the timetable decides which is first.
            var job = next ?? waiting.MinBy(one => one.Timetable)!;
            waiting.Remove(job);
            var ready = Ready(job, placed, period, now);
            if (ready >= period.End || job.After.Any(name => left.ContainsKey(name) && !period.Ran.ContainsKey(name)))
            {
                left.Add(job.Name, "what it waits for does not end within this period");
            }
            else
            {
                placed.Add(Place(job, ready, best, placed, period, capacity));
            }
        }

        return new([.. placed.OrderBy(one => one.Start)], left);
    }

    private static PlacedJob Place(MovableJob job, DateTimeOffset ready, QuietTime[] quiet, List<PlacedJob> placed, JobPeriod period, Func<string, int> capacity)
    {
        foreach (var time in quiet)
        {
            var end = Earlier(time.End, period.End);
            if (FirstFree(job, Later(time.Start, ready), placed, capacity) is var start && start + job.Duration <= end)
            {
                return new(job, start, start != job.Timetable, $"quiet from {time.Start:HH:mm} to {time.End:HH:mm} ({time.Share:P0} of the usual load)");
            }
        }

        var usual = FirstFree(job, Later(job.Timetable, ready), placed, capacity);
        if (usual == job.Timetable)
        {
            return new(job, usual, false, "no quiet time holds it: the timetable stands");
        }

        // At least once weighs more than a crowded tier: the leases on the tiers make the crowd wait.
        return usual < period.End
            ? new(job, usual, true, "no quiet time holds it, and at its usual time something it needs is taken")
            : new(job, Later(ready, Earlier(job.Timetable, period.End - TimeSpan.FromTicks(1))), true, "nothing in this period is free for it; it waits for the tier instead of missing its turn");
    }

    private static DateTimeOffset Ready(MovableJob job, List<PlacedJob> placed, JobPeriod period, DateTimeOffset now)
    {
        var ends = placed.Where(other => job.After.Contains(other.Job.Name)).Select(other => other.End)
            .Concat(job.After.Where(period.Ran.ContainsKey).Select(name => period.Ran[name]));
        return ends.Append(Later(now, period.Start)).Max();
    }

    // Candidates are the wished time and the ends of what stands in the way: at one of them the tiers are free.
    private static DateTimeOffset FirstFree(MovableJob job, DateTimeOffset from, List<PlacedJob> placed, Func<string, int> capacity) =>
        placed.Select(other => other.End).Where(end => end > from).Append(from).Order().First(start => IsFree(job, start, placed, capacity));

    private static bool IsFree(MovableJob job, DateTimeOffset start, List<PlacedJob> placed, Func<string, int> capacity)
    {
        var end = start + job.Duration;
        var beside = placed.Where(other => other.Start < end && other.End > start).ToArray();
        return job.Tiers.All(tier => Crowd(tier, beside) < Math.Max(1, capacity(tier)));
    }

    // The most that stand on a tier at one time; crowds change only where a job starts.
    private static int Crowd(string tier, PlacedJob[] beside)
    {
        var on = beside.Where(other => other.Job.Tiers.Contains(tier)).ToArray();
        return on.Select(one => on.Count(other => other.Start <= one.Start && other.End > one.Start)).DefaultIfEmpty(0).Max();
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
