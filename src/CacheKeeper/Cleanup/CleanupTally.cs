using System.Text.Json.Nodes;
using CacheKeeper.Cleanup.Rewrites;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What a run has done so far, tier by tier.</summary>
internal sealed class CleanupTally
{
    private readonly Dictionary<TierName, (long Removed, long Left, long Failed)> _removals = [];
    private readonly Dictionary<TierName, RewriteTally> _rewrites = [];

    public long Removed => _removals.Values.Sum(tier => tier.Removed);

    public long Failed => _removals.Values.Sum(tier => tier.Failed);

    public long Rewritten => _rewrites.Values.Sum(tier => tier.Rewritten);

    /// <summary>Bytes that compression saved.</summary>
    public long Saved => _rewrites.Values.Sum(tier => tier.Before - tier.After);

    public long Handled => _removals.Values.Sum(tier => tier.Removed + tier.Left + tier.Failed) + _rewrites.Values.Sum(tier => tier.Rewritten + tier.Left + tier.Unchanged);

    public long RemovedFrom(TierName tier) => _removals.GetValueOrDefault(tier).Removed;

    public void Add(TierName tier, RemovalOutcome outcome)
    {
        var sum = _removals.GetValueOrDefault(tier);
        _removals[tier] = (sum.Removed + outcome.Removed.Count, sum.Left + outcome.Left.Count, sum.Failed + outcome.Failed.Count);
    }

    public void Set(TierName tier, RewriteTally tally) => _rewrites[tier] = tally;

    /// <summary>What was done, in sentences.</summary>
    public string Sentence(CleanupPlan plan)
    {
        var compressed = _rewrites.Values.Sum(tier => tier.Compressed);
        var ends = _rewrites.Values.Sum(tier => tier.GivenEnds);
        string[] sentences =
        [
            plan.Count > 0 ? $"Removed {Removed:N0} of {plan.Count:N0} planned entries." : "",
            compressed > 0 ? $"Compressed {compressed:N0} large values: {_rewrites.Values.Sum(tier => tier.Before):N0} bytes became {_rewrites.Values.Sum(tier => tier.After):N0}." : "",
            ends > 0 ? $"Gave {ends:N0} keys an end." : "",
            plan.Rewritten > 0 && Rewritten == 0 ? $"None of {plan.Rewritten:N0} values had to be changed." : "",
        ];
        return string.Join(' ', sentences.Where(sentence => sentence.Length > 0));
    }

    /// <summary>The plan's counts beside what was done.</summary>
    public JsonObject ToJson(CleanupPlan plan)
    {
        var counts = new JsonObject { ["planned"] = plan.Count, ["planned_bytes"] = plan.Bytes, ["removed"] = Removed, ["planned_changes"] = plan.Rewritten, ["changed"] = Rewritten, ["saved_bytes"] = Saved };
        foreach (var totals in plan.Tiers)
        {
            var (removed, left, failed) = _removals.GetValueOrDefault(totals.Tier);
            var changed = _rewrites.GetValueOrDefault(totals.Tier) ?? new RewriteTally();
            counts[totals.Tier.Word()] = new JsonObject
            {
                ["entries"] = totals.Entries,
                ["planned"] = plan.Removals.Where(removal => removal.Tier == totals.Tier).Sum(removal => removal.Count),
                ["removed"] = removed,
                ["left"] = left + changed.Left,
                ["failed"] = failed,
                ["compressed"] = changed.Compressed,
                ["given_ends"] = changed.GivenEnds,
            };
        }

        return counts;
    }
}
