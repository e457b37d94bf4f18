using CacheKeeper.Optimization.Changes;
using CacheKeeper.Scheduling;

namespace CacheKeeper;

/// <summary>Looks, between the optimizer's runs, whether a change is due for its verdict or a switchback trial for its next block.</summary>
internal sealed class TrialService(KeeperHost keeper)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private DateTimeOffset _next;
    private DateTimeOffset _looked;

    /// <summary>Once a minute; a verdict that another node makes at the same time is left to it.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        var now = keeper.Time.GetUtcNow();
        if (now < _next && _next - now <= Every)
        {
            return;
        }

        (_next, var before) = (now + Every, _looked == default ? now - Every : _looked);
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
