using CacheKeeper.Scheduling;

namespace CacheKeeper.Alerts;

/// <summary>The run ledger as metrics.</summary>
internal static class RunFigures
{
    private static readonly string[] Cleanups = ["light-cleanup", "deep-cleanup", "mem0-maintenance"];

    /// <summary>How often cleanup was refused since it last went through.</summary>
    /// <param name="runs">Newest first.</param>
    public static void AddTo(Dictionary<string, Reading> values, IReadOnlyList<RunRecord> runs, DateTimeOffset now)
    {
        var cleanups = runs.Where(run => Cleanups.Contains(run.Job) && run.Outcome is not null and not RunOutcome.DryRun and not RunOutcome.Skipped).ToList();
        if (cleanups.Count > 0)
        {
            values["cleanup_refused"] = new Reading(cleanups.TakeWhile(run => run.Outcome == RunOutcome.Refused).Count(), now);
        }
    }

    /// <summary>How old the newest verified backup is, and the newest proof that one restores; what never was is unknown.</summary>
    public static void AddBackups(Dictionary<string, Reading> values, (DateTimeOffset? VerifiedAt, DateTimeOffset? ProvenAt) latest, DateTimeOffset now)
    {
        if (latest.VerifiedAt is { } verified)
        {
            values["backup_age"] = new Reading((now - verified).TotalMilliseconds, now);
        }

        if (latest.ProvenAt is { } proven)
        {
            values["restore_proof_age"] = new Reading((now - proven).TotalMilliseconds, now);
        }
    }
}
