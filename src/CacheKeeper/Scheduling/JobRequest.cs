namespace CacheKeeper.Scheduling;

/// <summary>That a job should run now: for which project, started by what, and the time the schedule named.</summary>
internal sealed record JobRequest(string Project, RunTrigger Trigger)
{
    public DateTimeOffset? ScheduledAt { get; init; }
    public bool DryRun { get; init; }
    public Action<double, string> Progress { get; init; } = (_, _) => { };
}
