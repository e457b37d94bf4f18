using System.Text.Json.Nodes;
using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Takes a run back: replays its receipt backwards, only where nothing was written since.</summary>
internal sealed class UndoJob(string run, IReadOnlyList<ITier> tiers, ReceiptStore receipts, GhostStore ghosts, TimeProvider time) : IJob
{
    public string Name => "undo";

    public IReadOnlyList<string> Resources => [.. tiers.Select(tier => "tier:" + tier.Name.Word())];

    /// <summary>It only brings back, and is not held up by an audit log that cannot be written.</summary>
    public JobEffect Effect => JobEffect.Changes;

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var row = await receipts.FindAsync(context.Project, run, cancellationToken)
            ?? throw KeeperException.Usage($"There is no receipt of a run {run} of {context.Project}.", "'cachekeeper cleanup history' lists runs that can be undone.");
        if (time.GetUtcNow().ToUnixTimeMilliseconds() > row.UndoUntil)
        {
            return JobResult.Refused($"Refused by guard 'undo-window': {run} could be undone until {DateTimeOffset.FromUnixTimeMilliseconds(row.UndoUntil):u}.");
        }

        if (row.UndoneBy is { } earlier)
        {
            return JobResult.NothingToDo($"{run} was undone already, by {earlier}.") with { Undoes = run };
        }

        // Read once for its chain before anything is written: a damaged receipt restores nothing.
        var total = receipts.Read(row).Sum(frame => (long)frame.Count);
        var tally = new UndoTally();
        foreach (var frame in receipts.ReadBackwards(row))
        {
            foreach (var group in frame.GroupBy(entry => (entry.Head.Tier, IsChange: entry.Kind == EntryChange.Kind)))
            {
                var tier = tiers.FirstOrDefault(candidate => candidate.Name == group.Key.Tier) ?? throw new KeeperException($"{group.Key.Tier.Title()} is not configured any more; its entries cannot be restored.", TierHostHint);
                await context.ProveAsync(cancellationToken);
                tally.Add(group.Key.Tier, await RestoreAsync(tier, [.. group], context, cancellationToken));
                context.Progress(total == 0 ? 1 : (double)tally.Handled / total, $"{tally.Handled:N0}/{total:N0}");
            }
        }

        await receipts.MarkUndoneAsync(run, context.Run, cancellationToken);
        await ghosts.ForgetAsync(run, cancellationToken);
        return new JobResult(RunOutcome.Done, tally.Sentence(run)) { Counts = tally.ToJson(), Undoes = run, Plan = new JsonObject { ["undo"] = run, ["entries"] = total } };
    }

    // Removed entries are written back; changed ones are changed back.
    private async Task<RestoreOutcome> RestoreAsync(ITier tier, IReadOnlyList<StoredEntry> entries, JobContext context, CancellationToken cancellationToken)
    {
        var scope = new TierScope(context.Project);
        return entries[0].Kind == EntryChange.Kind
            ? await RewriteBackService.RunAsync(tier, scope, entries, context, time.GetUtcNow(), cancellationToken)
            : await WriteBackAsync(tier, scope, entries, cancellationToken);
    }

    private async Task<RestoreOutcome> WriteBackAsync(ITier tier, TierScope scope, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            return await tier.RestoreAsync(scope, entries, RestoreMode.Exact, time.GetUtcNow(), cancellationToken);
        }
        catch (TierException e)
        {
            throw new KeeperException(e.Message + ".", $"{e.Hint} Then repeat the undo; nothing restored so far is lost.".TrimStart(), cause: e);
        }
    }

    private const string TierHostHint = "Configure the tier again and repeat the undo; nothing restored so far is lost.";
}
