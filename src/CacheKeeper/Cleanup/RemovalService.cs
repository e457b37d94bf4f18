using System.Runtime.CompilerServices;
using CacheKeeper.Cleanup.Pace;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Carries a plan's removals out, tier by tier in batches: cache tiers first, the record last.</summary>
internal sealed class RemovalService(IReadOnlyList<ITier> tiers, PlanStore plans, CleanupPolicy policy, TimeProvider time)
{
    // At full pace the server deletes one batch while the receipt of the one before is written. More take from two cores what readers need.
    private const int UnderWayAtFullPace = 2;

    /// <param name="removed">Told of what is gone after every batch.</param>
    /// <returns>What stopped short, in sentences.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CleanupPlan plan, ReceiptFileStore receipt, CleanupTally done, bool full, Func<IReadOnlyList<Selection>, CancellationToken, Task> removed, JobContext context, CancellationToken cancellationToken)
    {
        var pacing = full ? PacePolicy.Full with { MostPerTier = policy.Pace.MostPerTier } : policy.Pace;
        var (stopped, remembered) = (new HashSet<string>(), Task.CompletedTask);
        var size = BatchPace.Start(policy.BatchSize);
        PaceRunner? pace = null;
        TierName? current = null;
        var underWay = new RemovalsRunner(async (batch, outcome, stop) =>
        {
            var name = batch[0].Entry.Tier;
            done.Add(name, outcome);
            context.Progress((double)done.Handled / Math.Max(1, plan.Count + plan.Rewritten), $"{name.Title()}: {done.Handled:N0}/{plan.Count + plan.Rewritten:N0}");

            // The tier need not wait for what the keeper remembers: it works on the next batch meanwhile.
            await remembered;
            remembered = removed(Gone(batch, outcome), stop);
        });
        try
        {
            await foreach (var batch in BatchesAsync(plan, () => size.Entries, cancellationToken))
            {
                var tier = tiers.First(candidate => candidate.Name == batch[0].Entry.Tier);
                if (tier.Name != current)
                {
                    // A tier is done with before the next one begins: keys go before their record.
                    await underWay.EndAsync(most: 0, cancellationToken);
                    (current, pace, size) = (tier.Name, new PaceRunner(tier, new TierScope(plan.Project), pacing, full, time), BatchPace.Start(policy.BatchSize));
                    await pace.LookBeforeAsync(batch[0].Entry, cancellationToken);
                }

                if (pace!.IsTimeUp)
                {
                    stopped.Add($"{tier.Name.Title()}'s time was up (cleanup.pace.mostPerTier, {pacing.MostPerTier:c}); the next run goes on.");
                    continue;
                }

                var deadline = await context.ProveAsync(cancellationToken);
                var begun = new RemovalBatch(new TierScope(plan.Project, plan.Category), [.. batch.Select(selection => selection.Entry)], deadline);
                underWay.Begin(batch, RemoveAsync(tier, begun, receipt, took => size = full || GoesByTime(tier) ? size.After(batch.Count, took, pacing, policy.BatchSize) : size, cancellationToken));
                await underWay.EndAsync(full ? UnderWayAtFullPace - 1 : 0, cancellationToken);
                await pace.WaitAsync(batch[^1].Entry, cancellationToken);
            }
        }
        finally
        {
            try
            {
                // What another removal did while this one failed counts too, and is remembered.
                await underWay.EndAsync(most: 0, CancellationToken.None);
            }
            finally
            {
                await remembered;
            }
        }

        return [.. stopped];
    }

    // Rows are locked until their batch commits. Redis and Mem0 take batches apart by themselves: smaller ones would only be more calls that are billed.
    private static bool GoesByTime(ITier tier) => tier.Name == TierName.Postgresql;

    private async Task<RemovalOutcome> RemoveAsync(ITier tier, RemovalBatch batch, ReceiptFileStore receipt, Action<TimeSpan> took, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var outcome = await tier.RemoveAsync(batch, receipt.WriteAsync, cancellationToken);
        took(time.GetElapsedTime(begun));
        return outcome;
    }

    private static List<Selection> Gone(IReadOnlyList<Selection> batch, RemovalOutcome outcome)
    {
        var gone = outcome.Removed.ToHashSet();
        return [.. batch.Where(selection => gone.Contains(selection.Entry.Id))];
    }

    // The selection file is ordered by tier; a batch never spans two.
    private async IAsyncEnumerable<IReadOnlyList<Selection>> BatchesAsync(CleanupPlan plan, Func<int> most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<Selection>();
        long bytes = 0;
        await foreach (var selection in plans.ReadAsync(plan.Plan, cancellationToken))
        {
            if (batch.Count > 0 && (batch.Count >= most() || bytes + selection.Entry.Bytes > policy.BatchBytes || batch[0].Entry.Tier != selection.Entry.Tier))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(selection);
            bytes += selection.Entry.Bytes;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
