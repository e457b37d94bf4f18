using CacheKeeper.Optimization.Changes;
using CacheKeeper.Scheduling;

namespace CacheKeeper;

/// <summary>Looks, between the optimizer's runs, whether a change is due for its verdict or a switchback trial for its next block.</summary>
internal sealed class TrialService(KeeperHost keeper)
{
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
            try
            {
                await keeper.Runner.RunAsync(parts.VerdictJob(), new JobRequest(keeper.Project, RunTrigger.AutoAction), cancellationToken);
            }
            catch (KeeperException e) when (e.ExitCode is ExitCode.Busy or ExitCode.Refused)
            {
                // An optimization runs (it judges as well), or everything is frozen: the next look is in a minute.
            }
        }
    }

    /// <summary>Its verdict falls due in this time (or is tried again once an hour), or its trial comes into another block.</summary>
    public static bool IsDue(Change change, DateTimeOffset before, DateTimeOffset now) =>
        change.State == ChangeState.OnTrial && ((now >= change.JudgeAt && (before < change.JudgeAt || before.Hour != now.Hour)) || change.Trial?.BlockOf(before) != change.Trial?.BlockOf(now));
}
