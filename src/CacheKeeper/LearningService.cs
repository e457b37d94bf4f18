using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;

namespace CacheKeeper;

/// <summary>Learns when a project's jobs should run: adapts intervals to the performance score, moves daily jobs into quiet hours, notes what is overdue.</summary>
internal sealed class LearningService(KeeperHost keeper, ILogger log)
{
    private const string Lease = "learning";

    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Looks once, on one node only.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = keeper.Time.GetUtcNow();
        var (held, _) = await LeaseRunner.TakeAsync(keeper.Leases, [$"{keeper.Project}/{Lease}"], KeeperHost.Node, keeper.Settings.Scheduling.Lease, keeper.Time, cancellationToken);
        if (held is null)
        {
            return;
        }

        await using (held)
        {
            await AdaptAsync(now, cancellationToken);
            await MoveAsync(now, cancellationToken);
            await NoteOverdueAsync(now, cancellationToken);
            await keeper.Runs.ForgetAsync(keeper.Project, now - keeper.Settings.Scheduling.KeepRuns, now, cancellationToken);
        }
    }

    private async Task AdaptAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var score = await LearningInputsHost.ScoreAsync(keeper, cancellationToken);
        var rhythms = await keeper.SchedulerNotes.RhythmsAsync(cancellationToken);
        foreach (var job in keeper.Timetable.Where(job => job.Fires && !job.IsDaily(now)))
        {
            var rhythm = rhythms.GetValueOrDefault(job.Name);
            var (changed, next) = Adaptation.Next(job, rhythm, score, keeper.Settings.Scheduling.Adaptive, now);
            if (changed.Changed)
            {
                await keeper.SchedulerNotes.SetRhythmAsync(job.Name, next, now, cancellationToken);
                await RecordAsync($"{job.Name}: {changed.Reason}.", job.Name, now, cancellationToken);
            }
        }
    }

    private async Task MoveAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var loads = await LearningInputsHost.HourLoadsAsync(keeper, cancellationToken);
        var latest = await keeper.Runs.LastScheduledAsync(keeper.Project, cancellationToken);
        var durations = (await keeper.Runs.LatestAsync(keeper.Project, cancellationToken)).Where(pair => pair.Value.EndedAt is not null)
            .ToDictionary(pair => pair.Key, pair => pair.Value.EndedAt!.Value - pair.Value.StartedAt);
        var known = await keeper.SchedulerNotes.MovesAsync(cancellationToken);
        var moves = DayPlan.Moves(keeper.Timetable, loads, known, latest, durations, keeper.Settings.Scheduling, now);
        foreach (var (job, move) in moves.Where(pair => known.GetValueOrDefault(pair.Key) != pair.Value))
        {
            await RecordAsync($"{job}: the run of {move.ScheduledAt:yyyy-MM-dd HH:mm}Z starts at {move.Start:HH:mm}Z: {move.Reason}.", job, now, cancellationToken);
        }

        if (!moves.ToHashSet().SetEquals(known))
        {
            await keeper.SchedulerNotes.WriteMovesAsync(moves, now, cancellationToken);
        }
    }

    private async Task NoteOverdueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = (await StatusService.ReadAsync(keeper, now, cancellationToken)).Jobs.Where(job => job.Overdue is not null).Select(job => job.Overdue!).ToList();
        var known = await keeper.SchedulerNotes.OverdueAsync(cancellationToken);
        foreach (var overdue in found.Except(known))
        {
            log.LogWarning("{Job} of {Project} is overdue: {Reason}", overdue.Job, keeper.Project, overdue.Reason);
        }

        if (!found.SequenceEqual(known))
        {
            await keeper.SchedulerNotes.WriteOverdueAsync(found, now, cancellationToken);
        }
    }

    // A change of the schedule is a run of its own in the ledger.
    private async Task RecordAsync(string reason, string job, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var draft = new RunRecord { Run = "", Job = "schedule-change", Project = keeper.Project, StartedAt = now, Node = KeeperHost.Node, Trigger = RunTrigger.AutoAction };
        if (await keeper.Runs.BeginAsync(draft, cancellationToken) is { } run)
        {
            await keeper.Runs.CompleteAsync(run.Run, new JobResult(RunOutcome.Done, reason) { Inputs = new JsonObject { ["job"] = job } }, now, cancellationToken);
        }
    }
}
