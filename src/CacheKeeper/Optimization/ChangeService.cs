using CacheKeeper.Directives;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Optimization.History;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization;

/// <summary>Makes, judges, renews and takes back changes of lifetimes. The changes in the state are the truth; the directives are made from them.</summary>
internal sealed class ChangeService(IReadOnlyList<ITier> tiers, ChangeStore store, DirectiveStore directives, OptimizerPolicy policy, string project)
{
    /// <summary>Writes the changes down; <see cref="PublishAsync"/> tells the readers.</summary>
    public async Task<IReadOnlyList<Change>> MakeAsync(IEnumerable<Recommendation> advice, string run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await store.ListAsync(cancellationToken);
        var made = new List<Change>();
        foreach (var one in advice.Where(one => one.Action?.Directive is not null))
        {
            foreach (var earlier in known.Where(change => change.Subject == one.Id && change.State is ChangeState.OnTrial or ChangeState.Kept))
            {
                await store.WriteAsync(earlier with { State = ChangeState.Superseded }, cancellationToken);
            }

            var change = Make(one, run, now);
            await store.WriteAsync(change, cancellationToken);
            made.Add(change);
        }

        return made;
    }

    /// <summary>Judges what is due and writes the verdicts down; what did not help no longer stands.</summary>
    public async Task<IReadOnlyList<Change>> JudgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var judged = new List<Change>();
        foreach (var change in (await store.ListAsync(cancellationToken)).Where(change => change.State == ChangeState.OnTrial && now >= change.JudgeAt))
        {
            if (await JudgeAsync(change, now, cancellationToken) is { } verdict)
            {
                var after = change with { Verdict = verdict, State = verdict.Keep ? ChangeState.Kept : ChangeState.Reverted };
                await store.WriteAsync(after, cancellationToken);
                judged.Add(after);
            }
        }

        return judged;
    }

    /// <summary>Renews what was kept, so that it does not end while runs go on.</summary>
    public async Task RenewAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var change in ChangeTrail.Renewed(await store.ListAsync(cancellationToken), policy.Ttl.Stands, now))
        {
            await store.WriteAsync(change, cancellationToken);
        }
    }

    /// <summary>Takes changes back by their ids, their runs' ids or their subjects.</summary>
    public async Task<IReadOnlyList<Change>> UndoAsync(string name, CancellationToken cancellationToken)
    {
        var undone = new List<Change>();
        foreach (var change in (await store.ListAsync(cancellationToken)).Where(change => (change.Id == name || change.Run == name || change.Subject == name) && change.State is ChangeState.OnTrial or ChangeState.Kept))
        {
            undone.Add(change with { State = ChangeState.Undone });
            await store.WriteAsync(undone[^1], cancellationToken);
        }

        return undone;
    }

    /// <summary>Tells the readers what stands now, all of it.</summary>
    public async Task<DirectiveReceipt> PublishAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await directives.ReplaceAsync(OptimizerNames.Writer, new DirectiveParts([], ChangeTrail.Standing(await store.ListAsync(cancellationToken), now)), cancellationToken);

    private async Task<ChangeVerdict?> JudgeAsync(Change change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await new HistoryService(tiers, project, policy).ReadAsync(change, now, cancellationToken) is not { } seen)
        {
            return ChangeJudge.Judge(change, null, 0, 0, 0, policy, now);
        }

        var (history, share) = seen;
        var stale = history.After.StaleShare(ChangeHistory.New) - history.After.StaleShare(ChangeHistory.Old);
        return ChangeJudge.Judge(change, history.Got, history.After.Replay.Tallied, stale, share, policy, now);
    }

    private Change Make(Recommendation advice, string run, DateTimeOffset now)
    {
        var trial = policy.Switchback.Enabled ? new SwitchbackTrial(now, policy.Switchback.Block, policy.Switchback.Blocks) : null;
        var until = trial is not null && trial.End + policy.Ttl.Stands is var end && end > advice.Action!.Directive!.Until ? end : advice.Action!.Directive!.Until;
        return new Change($"chg-{now.UtcDateTime:yyyyMMdd-HHmmss}-{advice.Id}", project, run, advice.Id, now)
        {
            What = advice.What,
            Why = advice.Why,
            Directive = advice.Action.Directive with { Until = until },
            SecondsBefore = advice.Action.SecondsBefore ?? 0,
            Promised = advice.Expected,
            JudgeAt = trial?.End ?? now + policy.Judge.After,
            Trial = trial,
        };
    }
}
