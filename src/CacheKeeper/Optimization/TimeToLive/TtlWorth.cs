using CacheKeeper.Optimization.History;

namespace CacheKeeper.Optimization.TimeToLive;

/// <summary>What a lifetime costs a month: model calls for its misses, answers that are no longer right, bytes kept.</summary>
internal static class TtlWorth
{
    private const double Gigabyte = 1e9;

    /// <summary>USD a month; lower is better.</summary>
    /// <param name="lookupsPerMonth">Of this group.</param>
    public static double Costs(GroupHistory group, int lifetime, double lookupsPerMonth, OptimizerCosts costs, int firstBlock = 0, int afterBlock = TtlReplay.Blocks)
    {
        var (hits, stale) = group.Shares(lifetime, firstBlock, afterBlock);
        return (lookupsPerMonth * (((1 - hits) * costs.Miss) + (stale * costs.Stale))) + StorageCosts(LiveBytes(group, lifetime), costs);
    }

    /// <summary>Mean bytes of answers kept at a time; an answer of unknown size counts as <see cref="UsualBytes"/>.</summary>
    public static double LiveBytes(GroupHistory group, int lifetime) => group.LiveEntries(lifetime) * (group.Replay.MeanBytes ?? UsualBytes);

    public static double StorageCosts(double bytes, OptimizerCosts costs) => bytes / Gigabyte * costs.GigabyteMonth;

    private const double UsualBytes = 1024;
}
