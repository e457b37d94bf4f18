using CacheKeeper.Scheduling;

namespace CacheKeeper.Metrics;

/// <summary>What we did, read off the run ledger.</summary>
internal static class Interventions
{
    /// <summary>Jobs that leave the tiers as they are.</summary>
    private static readonly string[] Harmless =
        [FixedJobs.AnalyticsCollection, FixedJobs.HealthCheck, FixedJobs.Backup, FixedJobs.WeeklyReport, FixedJobs.MonthlyArchive, "schedule-change", "report"];

    /// <summary>The runs among which they are found.</summary>
    public static RunFilter Among(string project, DateTimeOffset since) => new() { Project = project, Since = since, Except = Harmless, Limit = 100_000, Brief = true };

    /// <summary>Runs that changed something, or are about to.</summary>
    public static IReadOnlyList<Intervention> Of(IEnumerable<RunRecord> runs) =>
        [.. runs.Where(run => !Harmless.Contains(run.Job) && (run.Outcome is null or RunOutcome.Done or RunOutcome.Degraded or RunOutcome.Interrupted))
            .Select(run => new Intervention(run.Job, run.StartedAt, run.EndedAt, run.Run))];

    public static bool AnyExplains(IEnumerable<Intervention> interventions, DateTimeOffset time, TimeSpan after) => interventions.Any(intervention => intervention.Explains(time, after));
}
