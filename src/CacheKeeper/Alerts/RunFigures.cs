using CacheKeeper.Scheduling;

namespace CacheKeeper.Alerts;

/// <summary>The run ledger as metrics.</summary>
internal static class RunFigures
{
    public const string Backup = "backup";
    private static readonly string[] Cleanups = ["light-cleanup", "deep-cleanup", "mem0-maintenance"];

    /// <summary>How often cleanup was refused since it last went through, and how old the newest backup is.</summary>
    /// <param name="runs">Newest first.</param>
    public static void AddTo(Dictionary<string, Reading> values, IReadOnlyList<RunRecord> runs, DateTimeOffset now)
    {
        var cleanups = runs.Where(run => Cleanups.Contains(run.Job) && run.Outcome is not null and not RunOutcome.DryRun and not RunOutcome.Skipped).ToList();
        if (cleanups.Count > 0)
        {
            values["cleanup_refused"] = new Reading(cleanups.TakeWhile(run => run.Outcome == RunOutcome.Refused).Count(), now);
        }

        if (runs.FirstOrDefault(run => run is { Job: Backup, Outcome: RunOutcome.Done, EndedAt: not null }) is { } backup)
        {
            values["backup_age"] = new Reading((now - backup.EndedAt!.Value).TotalMilliseconds, now);
        }
    }
}
