using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Scheduling;

/// <summary>That a job should run now: for which project, started by what, and the time the schedule named.</summary>
internal sealed record JobRequest(string Project, RunTrigger Trigger)
{
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>The name in the timetable and the ledger when it is not the job's own (a cleanup's name tells its mode).</summary>
    public string? Name { get; init; }

    /// <summary>The unfinished run of a dead node that this one begins anew.</summary>
    public string? TakesOver { get; init; }

    /// <summary>Who asks, for the audit log; null when the trigger says it.</summary>
    public Actor? Actor { get; init; }
    public bool DryRun { get; init; }
    public Action<double, string> Progress { get; init; } = (_, _) => { };
}
