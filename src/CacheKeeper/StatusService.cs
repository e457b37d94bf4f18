using CacheKeeper.Scheduling;

namespace CacheKeeper;

/// <summary>Reads how a project's scheduler stands, from the ledger and the notes: the same for the command, the page and the alarm.</summary>
internal static class StatusService
{
    private static readonly TimeSpan Lately = TimeSpan.FromDays(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<SchedulerStatus> ReadAsync(KeeperHost keeper, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (notes, policy) = (keeper.SchedulerNotes, keeper.Settings.Scheduling);
        var facts = new StatusFacts(
            await keeper.Runs.LatestAsync(keeper.Project, cancellationToken),
            await keeper.Runs.UnfinishedAsync(keeper.Project, cancellationToken),
            await keeper.Runs.LastScheduledAsync(keeper.Project, cancellationToken),
            await notes.SinceAsync(cancellationToken),
            await notes.PausesAsync(cancellationToken),
            await notes.RhythmsAsync(cancellationToken),
            await notes.MovesAsync(cancellationToken));
        var nodes = await new KeeperNodeStore(keeper.State).ListAsync(now - Lately, cancellationToken);
        return new SchedulerStatus(
            keeper.Project,
            [.. nodes.Where(node => node.IsAlive(now, Patience))],
            [.. keeper.Timetable.Select(job => JobStatus.Of(job, facts, policy, now))],
            DayPlan.Describe(await LearningInputsHost.HourLoadsAsync(keeper, cancellationToken), policy))
        {
            Freeze = await keeper.Freezes.FindAsync(now, cancellationToken),
        };
    }
}
