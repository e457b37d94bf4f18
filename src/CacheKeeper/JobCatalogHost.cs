using CacheKeeper.Backup;
using CacheKeeper.Cleanup;
using CacheKeeper.Health;
using CacheKeeper.Metrics;
using CacheKeeper.Optimization;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper;

/// <summary>Which work stands behind each line of the timetable: one line a job. A job without a line is shown as not available and never fires.</summary>
internal static class JobCatalogHost
{
    private static readonly Dictionary<string, Func<KeeperHost, IJob>> Makers = new(StringComparer.Ordinal)
    {
        [FixedJobs.AnalyticsCollection] = MetricsHost.Collection,
        [FixedJobs.HealthCheck] = keeper => new HealthCheckJob(keeper.Tiers, TierHost.HowToConfigure, new HealthStore(keeper.State), keeper.Settings.Health, keeper.Time),
        [FixedJobs.LightCleanup] = keeper => keeper.CleanupJob(new CleanupRequest(keeper.Project, CleanupMode.Light, CleanupMode.Light, "Light cleanup by the timetable: only what has expired.")),
        [FixedJobs.Backup] = keeper => new BackupJob(FixedJobs.Backup, keeper.Backups, new BackupRequest(), thenTend: true),
        [FixedJobs.MonthlyArchive] = keeper => BackupPartsHost.ArchiveOf(keeper),
        [FixedJobs.DeepCleanup] = keeper => keeper.CleanupJob(new CleanupRequest(keeper.Project, CleanupMode.Deep, CleanupMode.Deep, "Deep cleanup by the timetable: what has expired, what is worth least; superseded, stale and duplicate memories; large values compressed."), FixedJobs.DeepCleanup),
        [FixedJobs.PerformanceOptimization] = keeper => new OptimizerHost(keeper).Job(FixedJobs.PerformanceOptimization, OptimizationRequest.All),
        [FixedJobs.FullOptimization] = keeper => new OptimizerHost(keeper).Job(FixedJobs.FullOptimization, OptimizationRequest.All),
        [FixedJobs.Mem0Maintenance] = keeper => keeper.CleanupJob(
            new CleanupRequest(keeper.Project, CleanupMode.Duplicates, CleanupMode.Duplicates, "Mem0 maintenance: expired, superseded, stale and duplicate memories.") { OnlyTiers = [TierName.Mem0] }, FixedJobs.Mem0Maintenance),
        [FixedJobs.WeeklyReport] = MetricsHost.WeeklyReport,
        [FixedJobs.MonthlyArchive] = keeper => new MonthlyArchiveJob([new MonthArchiveJob(keeper.State), MetricsHost.MonthlyReport(keeper)]),
    };

    public static bool IsAvailable(string job) => Makers.ContainsKey(job);

    /// <summary>The job for one firing.</summary>
    /// <exception cref="KeeperException">Nothing stands behind the name.</exception>
    public static IJob Create(string job, KeeperHost keeper) => Makers.TryGetValue(job, out var make)
        ? make(keeper)
        : throw KeeperException.Usage($"There is no job '{job}' here.", "Jobs are " + string.Join(", ", FixedJobs.All.Where(one => IsAvailable(one.Name)).Select(one => one.Name)) + ".");
}
