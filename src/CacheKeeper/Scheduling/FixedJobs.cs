namespace CacheKeeper.Scheduling;

/// <summary>The specification's timetable: the ten jobs, their times, and which gives way to which.</summary>
internal static class FixedJobs
{
    public const string AnalyticsCollection = "analytics-collection";
    public const string HealthCheck = "health-check";
    public const string LightCleanup = "light-cleanup";
    public const string Backup = "backup";
    public const string DeepCleanup = "deep-cleanup";
    public const string Mem0Maintenance = "mem0-maintenance";
    public const string PerformanceOptimization = "performance-optimization";
    public const string FullOptimization = "full-optimization";
    public const string WeeklyReport = "weekly-report";
    public const string MonthlyArchive = "monthly-archive";

    private static readonly string[] EveryTier = ["postgresql", "upstash", "mem0"];

    public static readonly IReadOnlyList<FixedJob> All =
    [
        new(AnalyticsCollection, "*/15 * * * *", "Looks at every tier and keeps the numbers"),
        new(HealthCheck, "*/30 * * * *", "Checks every tier with real calls and repairs what it can"),
        new(LightCleanup, "0 */2 * * *", "Removes what has expired") { SwallowedBy = [DeepCleanup], Tiers = EveryTier },
        new(Backup, "0 1 * * *", "Backs every tier up and proves that it can be restored") { Tiers = EveryTier, Movable = true },
        new(DeepCleanup, "0 2 * * *", "Cleans all tiers thoroughly, after the day's verified backup") { WaitsFor = Backup, Tiers = EveryTier, Movable = true },
        new(Mem0Maintenance, "0 3 * * *", "Merges duplicate memories and removes stale ones") { Tiers = ["mem0"], Movable = true },
        new(PerformanceOptimization, "0 4 * * *", "Tunes lifetimes and limits from what was measured") { SwallowedBy = [FullOptimization], Tiers = EveryTier, Movable = true },
        new(FullOptimization, "0 4 * * 0", "Tunes everything from the whole week's figures") { Tiers = EveryTier, Movable = true },
        new(WeeklyReport, "0 5 * * 0", "Writes the week's report"),
        new(MonthlyArchive, "0 6 1 * *", "Archives the month and analyses it in depth"),
    ];

    public static FixedJob? Find(string name) => All.FirstOrDefault(job => job.Name == name);
}
