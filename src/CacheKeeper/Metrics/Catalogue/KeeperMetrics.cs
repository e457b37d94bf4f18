namespace CacheKeeper.Metrics;

/// <summary>The keeper itself; read at the moment a rule or a page asks.</summary>
internal static class KeeperMetrics
{
    public static IEnumerable<MetricDefinition> All => Metrics.Select(metric => metric with { Family = MetricFamily.Keeper, Watched = false });

    private static IEnumerable<MetricDefinition> Metrics =>
    [
        new("cleanup_refused", MetricUnit.Count, "cleanups refused by a guard since the last that went through") { Source = "run ledger", Unknown = "no cleanup has run" },
        new("backup_age", MetricUnit.Milliseconds, "since the last verified backup") { Source = "run ledger", Unknown = "there is none" },
        new("restore_proof_age", MetricUnit.Milliseconds, "since a backup was last proven restorable") { Source = "restore points", Unknown = "none was" },
        new("jobs_overdue", MetricUnit.Count, "jobs whose start or end is overdue") { Source = "timetable", Unknown = "the timetable was not looked at" },
        new("disk_free", MetricUnit.Ratio, "free share of the disk that holds the keeper's state") { Source = "file system", Unknown = "it does not tell" },
        new("incidents_need_person", MetricUnit.Count, "incidents that recovery could not end by itself") { Source = "incidents", Unknown = "never" },
        new("dead_messages", MetricUnit.Count, "alert messages given up undelivered") { Source = "outbox", Unknown = "never" },
    ];
}
