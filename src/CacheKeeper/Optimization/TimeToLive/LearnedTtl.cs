using CacheKeeper.Optimization.History;

namespace CacheKeeper.Optimization.TimeToLive;

/// <summary>
/// One lifetime per group, chosen together from the replayed gaps: the cheapest in model calls, stale answers and bytes, whose mean live bytes
/// stay within what today's cost. The common price of a byte is found by halving.
/// </summary>
internal static class LearnedTtl
{
    private const int PriceSteps = 60;
    private const double Cheapest = 1e-15;
    private const double Dearest = 1e3;

    public static Dictionary<GroupHistory, int> Choose(
        IReadOnlyList<GroupHistory> groups, Func<GroupHistory, TtlBounds> bounds, Func<GroupHistory, double> lookupsPerMonth, OptimizerPolicy policy, int firstBlock = 0, int afterBlock = TtlReplay.Blocks)
    {
        var budget = policy.Ttl.BytesBudget * groups.Sum(group => TtlWorth.LiveBytes(group, group.Replay.Current));
        var free = At(0);
        if (Bytes(free) <= budget)
        {
            return free;
        }

        var (low, high) = (Cheapest, Dearest);
        for (var step = 0; step < PriceSteps; step++)
        {
            var price = Math.Sqrt(low * high);
            (low, high) = Bytes(At(price)) > budget ? (price, high) : (low, price);
        }

        return At(high);

        Dictionary<GroupHistory, int> At(double price) => groups.ToDictionary(group => group, group => Best(group, price));

        int Best(GroupHistory group, double price)
        {
            var (best, least) = (group.Replay.Current, double.PositiveInfinity);
            var limits = bounds(group);
            for (var each = 0; each < group.Replay.Lifetimes.Count; each++)
            {
                if (!limits.Allows(group.Replay.Lifetimes[each]))
                {
                    continue;
                }

                var costs = TtlWorth.Costs(group, each, lookupsPerMonth(group), policy.Costs, firstBlock, afterBlock) + (price * TtlWorth.LiveBytes(group, each));
                (best, least) = costs < least ? (each, costs) : (best, least);
            }

            return best;
        }
    }

    private static double Bytes(Dictionary<GroupHistory, int> chosen) => chosen.Sum(pair => TtlWorth.LiveBytes(pair.Key, pair.Value));
}
