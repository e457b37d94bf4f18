using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>What a run has changed and kept in one tier so far.</summary>
/// <param name="Before">Bytes of the compressed values before.</param>
/// <param name="After">... and after.</param>
/// <param name="Unchanged">Values that would not have become smaller by enough.</param>
internal sealed record RewriteTally(long Compressed = 0, long GivenEnds = 0, long Left = 0, long Unchanged = 0, long Before = 0, long After = 0)
{
    public long Rewritten => Compressed + GivenEnds;

    public RewriteTally Plus(IReadOnlyList<EntryRewrite> rewrites, IReadOnlyDictionary<string, int> sizes, RemovalOutcome outcome)
    {
        var done = outcome.Removed.ToHashSet();
        var packed = rewrites.Where(rewrite => rewrite.Value is not null && done.Contains(rewrite.Entry.Id)).ToList();
        return this with
        {
            Compressed = Compressed + packed.Count,
            GivenEnds = GivenEnds + done.Count - packed.Count,
            Left = Left + outcome.Left.Count,
            Before = Before + packed.Sum(rewrite => (long)sizes[rewrite.Entry.Id]),
            After = After + packed.Sum(rewrite => (long)rewrite.Value!.Value.Length),
        };
    }
}
