namespace CacheKeeper.Scheduling;

/// <summary>Turns a decision on a job's interval into the rhythm that the scheduler follows.</summary>
internal static class Adaptation
{
    /// <summary>What is decided for an interval job, and the rhythm from now on (kept when it is back at its base: it tells when that was).</summary>
    public static (AdaptiveInterval Decision, Rhythm? Next) Next(ScheduledJob job, Rhythm? current, double? score, AdaptivePolicy policy, DateTimeOffset now)
    {
        var basis = job.Interval(now) ?? TimeSpan.FromDays(1);
        var before = current is null ? AdaptiveInterval.AtBase(basis) : new AdaptiveInterval(current.Interval, current.ChangedAt, false, current.Reason);
        var decision = before.Next(job.Name, basis, score, policy, now);
        return decision.Changed ? (decision, new Rhythm(decision.Interval, basis, now, LastBefore(job, basis, now), decision.Reason)) : (decision, current);
    }

    // Whole intervals from a time of the timetable, so that it stays aligned to it.
    private static DateTimeOffset LastBefore(ScheduledJob job, TimeSpan basis, DateTimeOffset now) =>
        job.Schedule.Between(now - basis - basis, now).Select(time => (DateTimeOffset?)time).LastOrDefault() ?? now;
}
