using CacheKeeper.Cleanup;
using CacheKeeper.Directives;
using CacheKeeper.Optimization;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Optimization.Indexes;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper;

/// <summary>The parts of one project's optimizer, put together.</summary>
internal sealed class OptimizerHost(KeeperHost keeper)
{
    private OptimizerPolicy Policy => keeper.Settings.Optimizer;

    public ChangeStore Changes { get; } = new(keeper.State, keeper.Project);

    public OptimizerLookService Look => new(keeper.Tiers, keeper.Notes, Changes, Directives, Policy, keeper.Project, keeper.Settings.Postgresql.Table);

    public ChangeService Changing => new(keeper.Tiers, Changes, Directives, Policy, keeper.Project);

    private MaintenanceRunner? Maintenance => keeper.Tiers.OfType<PostgresTier>().FirstOrDefault() is { } postgres ? new(postgres, keeper.Notes, keeper.Project, Policy.Indexes, keeper.Time) : null;

    private DirectiveStore Directives => keeper.Directives;

    public OptimizationJob Job(string name, OptimizationRequest request) =>
        new(name, request, Look, Changing, Maintenance, Policy);

    public VerdictJob VerdictJob() => new(Changing);

    public RetimeJob RetimeJob() => new(keeper.Tiers, Changes, new ReceiptStore(keeper.State), Policy, keeper.Settings.Cleanup);

    public PrewarmJob PrewarmJob() => new(keeper.Tiers.OfType<PostgresTier>().FirstOrDefault(), keeper.Tiers.OfType<RedisTier>().FirstOrDefault(), keeper.Settings.Upstash.KeyPrefix, Policy.Prewarm);

    /// <summary>Takes back what a name stands for: a run that gave entries other ends, else changes of lifetimes.</summary>
    public async Task<IJob> UndoJobAsync(string target, CancellationToken cancellationToken) =>
        await keeper.Runs.FindAsync(target, cancellationToken) is { Job: "optimizer-retime" } run && run.Project == keeper.Project
            ? new RetimeUndoJob(run, keeper.Tiers, new ReceiptStore(keeper.State), keeper.Time)
            : new OptimizerUndoJob(target, Changing);
}
