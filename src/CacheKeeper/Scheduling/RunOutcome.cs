namespace CacheKeeper.Scheduling;

/// <summary>What became of a run. Stored and printed in snake_case.</summary>
internal enum RunOutcome
{
    Done,
    NothingToDo,
    Degraded,
    Refused,
    Failed,
    Interrupted,
    DryRun,

    /// <summary>The firing was due and was not run; the reason says why (misfire policy, overlap, swallowed by a stronger job).</summary>
    Skipped,
}
