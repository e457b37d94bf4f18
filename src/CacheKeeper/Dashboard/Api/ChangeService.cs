using CacheKeeper.Cleanup;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Dashboard.Api;

/// <summary>Starts changes the way the command line does: same jobs, same leases, same ledger. A change outlives the request that began it.</summary>
internal sealed class ChangeService(LiveService live, LivePolicy policy, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ChangeService> log)
{
    /// <summary>Any other job, as asked for on a page.</summary>
    public Task<RunRecord?> RunAsync(VisitHost visit, IJob job, bool dryRun) => StartAsync(visit, job, dryRun);

    /// <summary>The dry run that makes a plan.</summary>
    public Task<RunRecord?> PlanAsync(VisitHost visit, CleanupRequest request) => StartAsync(visit, visit.Keeper.CleanupJob(request), dryRun: true);

    public Task<RunRecord?> ApplyAsync(VisitHost visit, CleanupRequest request) => StartAsync(visit, visit.Keeper.CleanupJob(request), dryRun: false);

    public Task<RunRecord?> UndoAsync(VisitHost visit, string run) =>
        StartAsync(visit, "undo", Request(visit, dryRun: false), (request, stop) => visit.Keeper.UndoAsync(run, request, stop));

    /// <returns>The completed run; null when it still goes on.</returns>
    private async Task<RunRecord?> StartAsync(VisitHost visit, string name, JobRequest request, Func<JobRequest, CancellationToken, Task<RunRecord?>> start)
    {
        var run = FollowAsync(visit.Keeper, name, () => start(request, lifetime.ApplicationStopping));
        await Task.WhenAny(run, Task.Delay(policy.ChangePatience, time, lifetime.ApplicationStopping));
        return run.IsCompleted ? await run : null;
    }

    private Task<RunRecord?> StartAsync(VisitHost visit, IJob job, bool dryRun) =>
        StartAsync(visit, job.Name, Request(visit, dryRun), (request, stop) => visit.Keeper.Runner.RunAsync(job, request, stop));

    private static JobRequest Request(VisitHost visit, bool dryRun) => new(visit.Keeper.Project, RunTrigger.Api) { DryRun = dryRun, Actor = AccessAuditService.ActorOf(visit.Context) };

    private async Task<RunRecord?> FollowAsync(KeeperHost keeper, string name, Func<Task<RunRecord?>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (e is not KeeperException)
        {
            log.LogError(e, "{Job} of {Project}, asked for through the API, could not be run", name, keeper.Project);
            throw;
        }
        finally
        {
            live.Forget(keeper.Project);
        }
    }
}
