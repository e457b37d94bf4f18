using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using CacheKeeper.Alerts;
using CacheKeeper.Analytics;
using CacheKeeper.Backup;
using CacheKeeper.Cleanup;
using CacheKeeper.Directives;
using CacheKeeper.Health;
using CacheKeeper.Recovery;
using CacheKeeper.Metrics;
using CacheKeeper.Optimization;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using CacheKeeper.Tiers;

namespace CacheKeeper;

/// <summary>Everything an operator can say about one project: one property per tier and room, every default documented where it is used.</summary>
internal sealed record KeeperSettings
{
    public const string DefaultProject = "upi_admin_gateway";

    /// <summary>The project's name: PostgreSQL project_name and Mem0 user_id. Also PROJECT_NAME.</summary>
    [StringLength(100, MinimumLength = 1)]
    public string Project { get; init; } = DefaultProject;

    /// <summary>Further projects by name; each may override any other setting.</summary>
    public Dictionary<string, JsonObject> Projects { get; init; } = [];

    public PostgresSettings Postgresql { get; init; } = new();
    public RedisSettings Upstash { get; init; } = new();
    public Mem0Settings Mem0 { get; init; } = new();
    public StateSettings State { get; init; } = new();
    public SchedulingPolicy Scheduling { get; init; } = new();
    public MetricsPolicy Metrics { get; init; } = new();
    public AnalyticsPolicy Analytics { get; init; } = new();
    public HealthPolicy Health { get; init; } = new();
    public AlertPolicy Alerts { get; init; } = new();
    public DirectivePolicy Directives { get; init; } = new();
    public RecoveryPolicy Recovery { get; init; } = new();
    public CleanupPolicy Cleanup { get; init; } = new();
    public BackupPolicy Backup { get; init; } = new();
    public AuditPolicy Audit { get; init; } = new();
    public OptimizerPolicy Optimizer { get; init; } = new();
    public WebSettings Web { get; init; } = new();
}
