using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Cleanup;
using CacheKeeper.Optimization.Changes;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization;

/// <summary>
/// Gives existing entries the lifetimes that stand, when somebody asks for it: directives alone are about what is saved from now on. In batches,
/// each on the receipt before it is made; pinned entries and memories (which end by their own date) are left alone.
/// </summary>
internal sealed class RetimeJob(IReadOnlyList<ITier> tiers, ChangeStore changes, ReceiptStore receipts, OptimizerPolicy policy, CleanupPolicy cleanup) : IJob
{
    private readonly IReadOnlyList<ITier> _tiers = [.. tiers.Where(tier => tier.Name != TierName.Mem0)];

    public string Name => "optimizer-retime";

    public IReadOnlyList<string> Resources => [.. _tiers.Select(tier => "tier:" + tier.Name.Word())];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var retiming = new Retiming(context.StartedAt, ChangeTrail.Standing(await changes.ListAsync(cancellationToken), context.StartedAt));
        if (retiming.Parts.Count == 0)
        {
            return JobResult.NothingToDo("No lifetime of the optimizer's stands: there is nothing to give to existing entries.");
        }

        var planned = new List<EntryRewrite>();
        foreach (var tier in _tiers)
        {
            await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(context.Project)) { AsOf = context.StartedAt, State = EntryState.Live, Pause = cleanup.Pace.Pause }, cancellationToken))
            {
                planned.AddRange(page.Entries.Where(entry => !Pins.Hold(entry, cleanup)).Select(entry => new EntryRewrite(entry) { ExpiresAt = retiming.EndOf(entry) }).Where(rewrite => rewrite.ExpiresAt is not null));
                if (planned.Count >= policy.MostRetimed)
                {
                    break;
                }
            }
        }

        planned = [.. planned.Take(policy.MostRetimed)];
        var result = new JobResult(RunOutcome.DryRun, $"{planned.Count:N0} entries would get another end.")
        {
            Plan = JsonSerializer.SerializeToNode(retiming, StateJson.Options),
            Counts = new JsonObject { ["planned"] = planned.Count },
        };
        return planned.Count == 0 ? JobResult.NothingToDo("Every entry already ends when it should.") : context.DryRun ? result : await ApplyAsync(planned, result, context, cancellationToken);
    }

    private async Task<JobResult> ApplyAsync(List<EntryRewrite> planned, JobResult result, JobContext context, CancellationToken cancellationToken)
    {
        var undoUntil = context.StartedAt + cleanup.UndoFor;
        await using var receipt = await receipts.OpenAsync(context.Project, context.Run, context.StartedAt, undoUntil, cancellationToken);
        long done = 0, left = 0;
        var stopped = "";
        try
        {
            foreach (var batch in planned.GroupBy(rewrite => rewrite.Entry.Tier).SelectMany(group => group.Chunk(cleanup.BatchSize)))
            {
                var deadline = await context.ProveAsync(cancellationToken);
                var outcome = await _tiers.First(tier => tier.Name == batch[0].Entry.Tier).RewriteAsync(new TierScope(context.Project), batch, deadline, receipt.WriteAsync, cancellationToken);
                (done, left) = (done + outcome.Removed.Count, left + outcome.Left.Count + outcome.Failed.Count);
                context.Progress((double)(done + left) / planned.Count, $"{done + left:N0}/{planned.Count:N0}");
            }
        }
        catch (Exception e) when (e is TierException or OperationCanceledException)
        {
            stopped = e is TierException ? " " + e.Message : " Stopped before it was done.";
        }

        await receipts.SealAsync(context.Run, receipt, CancellationToken.None);
        return result with
        {
            Outcome = cancellationToken.IsCancellationRequested ? RunOutcome.Interrupted : stopped.Length > 0 ? RunOutcome.Degraded : RunOutcome.Done,
            Reason = $"{done:N0} of {planned.Count:N0} entries got another end; {left:N0} were written meanwhile and left alone.{stopped} To take it back: cachekeeper optimizer undo {context.Run}",
            Counts = new JsonObject { ["planned"] = planned.Count, ["retimed"] = done, ["left"] = left },
            UndoUntil = undoUntil,
        };
    }
}
