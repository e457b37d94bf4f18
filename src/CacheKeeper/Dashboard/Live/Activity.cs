using CacheKeeper.Scheduling;

namespace CacheKeeper.Dashboard.Live;

/// <summary>Counts the runs of a day by what they were: from the ledger, never from the timetable.</summary>
internal static class Activity
{
    private static readonly (string Kind, string Ending)[] Kinds =
        [("collections", "collection"), ("cleanups", "cleanup"), ("cleanups", "maintenance"), ("optimizations", "optimization"), ("health_checks", "health-check"), ("backups", "backup"), ("undos", "undo")];

    /// <summary>The kind of a job, as the page counts it.</summary>
    public static string KindOf(string job) => Kinds.FirstOrDefault(kind => job.EndsWith(kind.Ending, StringComparison.Ordinal)).Kind ?? "others";

    /// <summary>Runs that did their work, by kind; dry runs and refusals are not counted.</summary>
    public static IReadOnlyDictionary<string, int> Count(IEnumerable<RunRecord> runs) =>
        runs.Where(IsWork).GroupBy(run => KindOf(run.Job)).OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Runs by the hour: the first is 23 to 24 hours ago, the last the hour that ends now.</summary>
    public static IReadOnlyList<int> ByHour(IEnumerable<RunRecord> runs, DateTimeOffset now)
    {
        var hours = new int[24];
        foreach (var run in runs.Where(IsWork))
        {
            var ago = (int)(now - run.StartedAt).TotalHours;
            if (ago is >= 0 and < 24)
            {
                hours[23 - ago]++;
            }
        }

        return hours;
    }

    /// <summary>When the newest run ended that may have changed what the tiers hold; null when there is none. A look from before it is out of date.</summary>
    public static DateTimeOffset? LastChange(IEnumerable<RunRecord> runs) =>
        runs.Where(run => (KindOf(run.Job) is "cleanups" or "undos" || run.Job == "restore") && run.Outcome is RunOutcome.Done or RunOutcome.Degraded or RunOutcome.Interrupted or RunOutcome.Failed).Max(run => run.EndedAt);

    private static bool IsWork(RunRecord run) => run.Outcome is RunOutcome.Done or RunOutcome.NothingToDo or RunOutcome.Degraded or RunOutcome.Interrupted;
}
