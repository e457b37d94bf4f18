using CacheKeeper.Optimization.Changes;
using CacheKeeper.Optimization.Placement;
using CacheKeeper.Scheduling;

namespace CacheKeeper;

/// <summary>Looks, between the optimizer's runs, whether a change is due for its verdict, a switchback trial for its next block, or a peak is ahead.</summary>
internal sealed class TrialService(KeeperHost keeper)
{
    private const int LookAtMinute = 50;
    private DateTimeOffset? _looked;

    /// <summary>A verdict that another node makes at the same time is left to it.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = keeper.Time.GetUtcNow();
        var before = _looked ?? now - LearningService.Every;
        _looked = now;
        var parts = new OptimizerHost(keeper);
        if ((await parts.Changes.ListAsync(cancellationToken)).Any(change => IsDue(change, before, now)))
        {
            await RunAsync(parts.VerdictJob(), cancellationToken);
        }

        if (await IsPeakAheadAsync(parts, before, now, cancellationToken))
        {
            await RunAsync(parts.PrewarmJob(), cancellationToken);
        }
    }

    // Looked at once an hour, ten minutes before the next one, and only where pre-warming is switched on.
    private async Task<bool> IsPeakAheadAsync(OptimizerHost parts, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var policy = keeper.Settings.Optimizer.Prewarm;
        return policy.Enabled && before.Minute < LookAtMinute && now.Minute >= LookAtMinute
            && await parts.Look.HistoryAsync(now, cancellationToken) is { } history && Prewarming.IsPeakAhead(history.ByHour, history.Covered, policy, now);
    }

    private async Task RunAsync(IJob job, CancellationToken cancellationToken)
    {
        try
        {
            await keeper.Runner.RunAsync(job, new JobRequest(keeper.Project, RunTrigger.AutoAction), cancellationToken);
        }
        catch (KeeperException e) when (e.ExitCode is ExitCode.Busy or ExitCode.Refused)
        {
            // An optimization runs (it judges as well), or everything is frozen: the next look is in a minute.
        }
    }

    /// <summary>Its verdict falls due in this time (or is tried again once an hour), or its trial comes into another block.</summary>
    public static bool IsDue(Change change, DateTimeOffset before, DateTimeOffset now) =>
        change.State == ChangeState.OnTrial && ((now >= change.JudgeAt && (before < change.JudgeAt || before.Hour != now.Hour)) || change.Trial?.BlockOf(before) != change.Trial?.BlockOf(now));
}
