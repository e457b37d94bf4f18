using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>Counts what a scan of one tier found to be changed and kept.</summary>
internal sealed class RewriteSelection(TierName tier, int sample)
{
    private readonly SortedDictionary<RewriteReason, (long Count, long Bytes)> _counts = [];

    /// <summary>Large values, to be read, measured and trained on.</summary>
    public HeadSample Large { get; } = new(sample);

    private readonly HeadSample _endless = new(CleanupPlanner.SampleSize);

    public TierName Tier => tier;

    public void See(EntryHead entry, RewriteReason reason)
    {
        var sum = _counts.GetValueOrDefault(reason);
        _counts[reason] = (sum.Count + 1, sum.Bytes + entry.Bytes);
        (reason == RewriteReason.LargeValue ? Large : _endless).Add(entry);
    }

    public IEnumerable<PlannedRewrite> Planned(CleanupPolicy policy) => _counts.Select(pair => new PlannedRewrite(tier, pair.Key, pair.Value.Count, pair.Value.Bytes, RewriteRules.Because(pair.Key, policy))
    {
        Sample = [.. (pair.Key == RewriteReason.LargeValue ? Large : _endless).Heads.Take(CleanupPlanner.SampleSize).Select(head => head.Id)],
    });
}
