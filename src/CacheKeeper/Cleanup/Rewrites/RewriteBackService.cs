using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>Takes changes back, each only while the entry is still what we made of it.</summary>
internal static class RewriteBackService
{
    public static async Task<RestoreOutcome> RunAsync(ITier tier, TierScope scope, IReadOnlyList<StoredEntry> changes, JobContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = changes.ToDictionary(entry => entry.Head.Id);
        var heads = (await tier.FindAsync(scope, [.. known.Keys], cancellationToken)).ToDictionary(head => head.Id);
        var back = new List<EntryRewrite>();
        foreach (var entry in await tier.ReadAsync(scope, [.. heads.Values], cancellationToken))
        {
            if (EntryChange.Read(known[entry.Head.Id]).Back(known[entry.Head.Id].Head, heads[entry.Head.Id], entry) is { } rewrite)
            {
                back.Add(rewrite);
            }
        }

        // What stood before the undo needs no receipt: it is what this run's receipt would write again.
        var deadline = await context.ProveAsync(cancellationToken);
        var outcome = await tier.RewriteAsync(scope, back, deadline, (_, _) => Task.CompletedTask, cancellationToken);
        var done = outcome.Removed.ToHashSet();
        var gone = known.Values.Where(entry => !heads.ContainsKey(entry.Head.Id) && entry.Head.IsExpired(now)).Select(entry => entry.Head.Id).ToHashSet();
        return new RestoreOutcome
        {
            Restored = outcome.Removed,
            ExpiredSince = [.. gone],
            WrittenSince = [.. known.Keys.Where(id => !done.Contains(id) && !gone.Contains(id))],
        };
    }
}
