using CacheKeeper.Cleanup;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Dashboard.Api;

/// <summary>Starts changes the way the command line does: same jobs, same leases, same ledger. A change outlives the request that began it.</summary>
internal sealed class ChangeService(LiveService live, LivePolicy policy, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ChangeService> log)
{
    /// <summary>The dry run that makes a plan.</summary>
    public Task<RunRecord?> PlanAsync(KeeperHost keeper, CleanupRequest request) => StartAsync(keeper, keeper.CleanupJob(request), dryRun: true);

    public Task<RunRecord?> ApplyAsync(KeeperHost keeper, CleanupRequest request) => StartAsync(keeper, keeper.CleanupJob(request), dryRun: false);

    public Task<RunRecord?> UndoAsync(KeeperHost keeper, string run) => StartAsync(keeper, new UndoJob(run, keeper.Tiers, new ReceiptStore(keeper.State), keeper.Time), dryRun: false);

    /// <returns>The completed run; null when it still goes on.</returns>
    private async Task<RunRecord?> StartAsync(KeeperHost keeper, IJob job, bool dryRun)
    {
        var run = FollowAsync(keeper, job, dryRun);
        await Task.WhenAny(run, Task.Delay(policy.ChangePatience, time, lifetime.ApplicationStopping));
        return run.IsCompleted ? await run : null;
    }

    private async Task<RunRecord?> FollowAsync(KeeperHost keeper, IJob job, bool dryRun)
    {
        try
        {
            return await keeper.Runner.RunAsync(job, new JobRequest(keeper.Project, RunTrigger.Api) { DryRun = dryRun }, lifetime.ApplicationStopping);
        }
        catch (Exception e) when (e is not KeeperException)
        {
            log.LogError(e, "{Job} of {Project}, asked for through the API, could not be run", job.Name, keeper.Project);
            throw;
        }
        finally
        {
            live.Forget(keeper.Project);
        }
    }
}
