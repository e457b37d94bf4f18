namespace CacheKeeper.Alerts;

/// <summary>The rules that hold without any settings: the specification's three, and what every cache keeper should watch.</summary>
internal static class BuiltInRules
{
    private const string SystemDown = "critical-system-down";
    private const string TierDown = "tier-down";

    private static readonly string[] People = ["email", "slack", "webhook"];

    // What our own work is expected to stir: see corrections 65 and 99.
    private static readonly string[] OurWork = ["light-cleanup", "deep-cleanup", "mem0-maintenance", "performance-optimization", "full-optimization", "restore", "maintenance"];

    public static IReadOnlyList<AlertRule> All { get; } =
    [
        .. Availability(),
        .. Efficiency(),
        .. Capacity(),
        .. Safety(),
    ];

    private static IEnumerable<AlertRule> Availability() =>
    [
        new()
        {
            Name = SystemDown,
            Condition = "all_tiers_unavailable",
            Severity = AlertSeverity.Critical,
            Channels = People,
            MessageTemplate = "🚨 CRITICAL: All cache tiers are down. Immediate attention required.",
            Recommendations = ["Check the network between the keeper and the tiers first: all at once is rarely three faults.", "Readers fall back to the model by themselves; watch its cost and limits."],
            RunbookUrl = Runbook("system-down"),
        },
        new()
        {
            Name = TierDown,
            Condition = "{each}_unavailable",
            Each = TierFlags.Tiers,
            Severity = AlertSeverity.Critical,
            Channels = People,
            MessageTemplate = "{each} has failed. The other tiers answer in its place.",
            Recommendations = ["Look at 'cachekeeper health check' for the step that fails.", "Recovery leaves the tier out for a stated time and tries it again by itself."],
            RunbookUrl = Runbook("tier-down"),
            InhibitedBy = [SystemDown],
            TellNoData = true,
        },
        new()
        {
            Name = "tier-slow",
            Condition = "{each}_degraded for 2m",
            Each = TierFlags.Tiers,
            Severity = AlertSeverity.Warning,
            Channels = ["slack", "webhook"],
            MessageTemplate = "{each} answers slowly or only in part.",
            Recommendations = ["Compare 'cachekeeper debug performance' with the hours before.", "For PostgreSQL look for long statements and a vacuum that is due."],
            RunbookUrl = Runbook("tier-slow"),
            InhibitedBy = [SystemDown, TierDown],
            IgnoredDuring = OurWork,
        },
        new()
        {
            Name = "error-rate",
            Condition = "{each}_error_rate > 5% clear 2% for 5m",
            Each = TierFlags.Tiers,
            Severity = AlertSeverity.Warning,
            Channels = ["slack", "webhook"],
            MessageTemplate = "{{each}_error_rate} of the operations on {each} fail.",
            Recommendations = ["'cachekeeper debug connections' names the errors by kind."],
            RunbookUrl = Runbook("error-rate"),
            InhibitedBy = [SystemDown, TierDown],
        },
        new()
        {
            Name = "availability-budget",
            Condition = "burn_rate(availability, 99.9%, 1h, 5m) > 14.4 or burn_rate(availability, 99.9%, 6h, 30m) > 6 given lookups > 100/h",
            Severity = AlertSeverity.Critical,
            Channels = People,
            MessageTemplate = "The month's error budget is being spent far too fast: {availability} of lookups get an answer.",
            Recommendations = ["At 14 times the sustainable rate a month's budget is gone in two days; at 6 times in five."],
            RunbookUrl = Runbook("availability-budget"),
            InhibitedBy = [SystemDown, TierDown],
        },
    ];

    private static IEnumerable<AlertRule> Efficiency() =>
    [
        new()
        {
            Name = "low-hit-ratio",
            Condition = "hit_ratio < 70% clear 72% for 5m given lookups > 100/h",
            Severity = AlertSeverity.Warning,
            Channels = ["slack"],
            MessageTemplate = "📉 Cache hit ratio dropped to {hit_ratio:.1%}.",
            AutoAction = "trigger_optimization",
            Recommendations = ["'cachekeeper optimizer analyze' says what would raise it and by how much.", "A new kind of question, or a mass deletion, lowers it for some hours by itself."],
            RunbookUrl = Runbook("low-hit-ratio"),
            InhibitedBy = [SystemDown, TierDown],
            IgnoredDuring = OurWork,
        },
        new()
        {
            Name = "cleanup-regret",
            Condition = "regret > 5% clear 3% for 10m",
            Severity = AlertSeverity.Warning,
            Channels = ["slack", "webhook"],
            MessageTemplate = "{regret} of the entries that cleanup removed were asked for again.",
            Recommendations = ["'cachekeeper cleanup regret' names the runs; 'cachekeeper cleanup undo RUN' takes one back."],
            RunbookUrl = Runbook("cleanup-regret"),
        },
        new()
        {
            Name = "anomaly",
            Condition = "anomaly(severity >= warning)",
            Severity = AlertSeverity.Warning,
            Channels = ["slack", "webhook"],
            MessageTemplate = "Something behaves unlike its own past.",
            Recommendations = ["'cachekeeper analytics insights' shows what, since when, and what usually is."],
            RunbookUrl = Runbook("anomaly"),
            InhibitedBy = [SystemDown, TierDown],
            IgnoredDuring = OurWork,
        },
    ];

    private static IEnumerable<AlertRule> Capacity() =>
    [
        new()
        {
            Name = "high-memory-usage",
            Condition = "memory_usage > 80% clear 75% for 2m",
            Severity = AlertSeverity.Warning,
            Channels = ["slack", "log"],
            MessageTemplate = "⚠️ Memory usage is at {memory_usage:.1%}. Consider cleanup.",
            AutoAction = "trigger_cleanup",
            Recommendations = ["'cachekeeper cleanup smart --dry-run' shows what would go and why."],
            RunbookUrl = Runbook("high-memory-usage"),
        },
        new()
        {
            Name = "limit-in-sight",
            Condition = "forecast({each}_size, 7d) > limit for 30m",
            Each = TierFlags.Tiers,
            Severity = AlertSeverity.Warning,
            Channels = ["slack", "email"],
            MessageTemplate = "{each} is expected to reach its limit within a week; it holds {{each}_size} now.",
            Recommendations = ["'cachekeeper analytics forecast' shows the range.", "Raise the limit, shorten lifetimes, or let cleanup run more often."],
            RunbookUrl = Runbook("limit-in-sight"),
        },
        new()
        {
            Name = "rejected-writes",
            Condition = "rejected_writes > 0/h for 1m",
            Severity = AlertSeverity.Critical,
            Channels = People,
            MessageTemplate = "A tier refuses writes for lack of room ({rejected_writes}).",
            Recommendations = ["Free room with 'cachekeeper cleanup smart', or raise the tier's limit.", "Look at the eviction policy of the Redis tier: noeviction refuses writes when full."],
            RunbookUrl = Runbook("rejected-writes"),
        },
        new()
        {
            Name = "disk-low",
            Condition = "disk_free < 10% clear 15% for 5m",
            Severity = AlertSeverity.Critical,
            Channels = People,
            MessageTemplate = "Only {disk_free:.0%} of the disk with the keeper's state is free.",
            Recommendations = ["'cachekeeper backup prune --dry-run' shows which old backups may go."],
            RunbookUrl = Runbook("disk-low"),
        },
    ];

    private static IEnumerable<AlertRule> Safety() =>
    [
        new()
        {
            Name = "backup-overdue",
            Condition = "backup_age > 26h clear 25h",
            Severity = AlertSeverity.Warning,
            Channels = ["email", "slack"],
            MessageTemplate = "The last verified backup is {backup_age} old.",
            Recommendations = ["'cachekeeper scheduler history' shows why the last ones failed.", "'cachekeeper backup create' makes one now."],
            RunbookUrl = Runbook("backup-overdue"),
        },
        new()
        {
            Name = "restore-unproven",
            Condition = "restore_proof_age > 8d clear 7d",
            Severity = AlertSeverity.Warning,
            Channels = ["email", "slack"],
            MessageTemplate = "No backup was proven restorable for {restore_proof_age}.",
            Recommendations = ["'cachekeeper backup drill' restores the newest one into a scratch place and compares."],
            RunbookUrl = Runbook("restore-unproven"),
        },
        new()
        {
            Name = "cleanup-refused",
            Condition = "cleanup_refused >= 3",
            Severity = AlertSeverity.Warning,
            Channels = ["slack", "email"],
            MessageTemplate = "Cleanup was refused by a guard {cleanup_refused:.0f} times in a row.",
            Recommendations = ["'cachekeeper cleanup history' names the guard and the override."],
            RunbookUrl = Runbook("cleanup-refused"),
        },
        new()
        {
            Name = "scheduler-overdue",
            Condition = "jobs_overdue > 0 for 2m",
            Severity = AlertSeverity.Warning,
            Channels = ["email", "slack", "webhook"],
            MessageTemplate = "{jobs_overdue:.0f} jobs should have started or ended by now.",
            Recommendations = ["'cachekeeper scheduler status' shows which, and who holds the lease."],
            RunbookUrl = Runbook("scheduler-overdue"),
        },
        new()
        {
            Name = "metrics-missing",
            Condition = "no_data(hit_ratio, 2h) or no_data(size, 2h)",
            Severity = AlertSeverity.Warning,
            Channels = ["slack", "webhook"],
            MessageTemplate = "The keeper has not measured for two hours: other rules are blind.",
            Recommendations = ["'cachekeeper scheduler history --job analytics-collection' shows why."],
            RunbookUrl = Runbook("metrics-missing"),
            InhibitedBy = [SystemDown],
        },
        new()
        {
            Name = "recovery-needs-a-person",
            Condition = "incidents_need_person > 0",
            Severity = AlertSeverity.Critical,
            Channels = People,
            MessageTemplate = "{incidents_need_person:.0f} incidents could not be ended by recovery. A person is needed.",
            Recommendations = ["'cachekeeper health alerts --open' shows what was seen, tried and verified, and the page to read."],
            RunbookUrl = Runbook("recovery-needs-a-person"),
            InhibitedBy = [SystemDown],
        },
        new()
        {
            Name = "messages-undelivered",
            Condition = "dead_messages > 0",
            Severity = AlertSeverity.Warning,
            Channels = ["log"],
            MessageTemplate = "{dead_messages:.0f} alert messages were given up undelivered.",
            Recommendations = ["'cachekeeper health alerts --dead' names the channel and the error; 'cachekeeper health test CHANNEL' tries it."],
            RunbookUrl = Runbook("messages-undelivered"),
        },
    ];

    private static string Runbook(string name) => $"docs/runbooks/{name}.md";
}
