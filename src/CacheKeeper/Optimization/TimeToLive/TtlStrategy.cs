using CacheKeeper.Optimization.History;

namespace CacheKeeper.Optimization.TimeToLive;

/// <summary>Which policy chooses the lifetimes, and what it chose.</summary>
/// <param name="Name"><c>today</c>, <c>specification</c> or <c>learned</c>.</param>
/// <param name="Costs">USD a month of each policy on the half of the time that none of them had seen.</param>
internal sealed record TtlStrategy(string Name, IReadOnlyDictionary<GroupHistory, int> Chosen, IReadOnlyDictionary<string, double> Costs)
{
    public const string Today = "today";
    public const string Specification = "specification";
    public const string Learned = "learned";

    private const int Half = TtlReplay.Blocks / 2;

    /// <summary>
    /// Learns on the first half of the time and compares on the second. The specification's rules stand unless the learned ones are cheaper
    /// there; either must be cheaper than today by the least gain, else nothing changes but what freshness demands.
    /// </summary>
    public static TtlStrategy Decide(IReadOnlyList<GroupHistory> groups, Func<GroupHistory, TtlBounds> bounds, Func<GroupHistory, double> lookupsPerMonth, OptimizerPolicy policy)
    {
        var today = groups.ToDictionary(group => group, group => bounds(group).Allows(group.Replay.Lifetimes[group.Replay.Current]) || !IsTooOld(group, bounds(group)) ? group.Replay.Current : bounds(group).Nearest(group.Replay, double.PositiveInfinity) ?? group.Replay.Current);
        var specification = SpecificationTtl.Choose(groups, bounds, policy.Ttl);
        var learned = LearnedTtl.Choose(groups, bounds, lookupsPerMonth, policy, 0, Half);
        var costs = new Dictionary<string, double> { [Today] = On(today), [Specification] = On(specification), [Learned] = On(learned) };
        var better = costs[Learned] < costs[Specification] ? Learned : Specification;
        if (costs[better] > costs[Today] * (1 - policy.Ttl.LeastGain))
        {
            return new(Today, today, costs);
        }

        return new(better, better == Learned ? LearnedTtl.Choose(groups, bounds, lookupsPerMonth, policy) : specification, costs);

        double On(Dictionary<GroupHistory, int> chosen) =>
            chosen.Sum(pair => TtlWorth.Costs(pair.Key, pair.Value, lookupsPerMonth(pair.Key), policy.Costs, Half, TtlReplay.Blocks));
    }

    private static bool IsTooOld(GroupHistory group, TtlBounds bounds) => group.Replay.Lifetimes[group.Replay.Current] > bounds.Ceiling.TotalSeconds;
}
