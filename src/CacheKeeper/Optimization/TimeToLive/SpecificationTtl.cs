using CacheKeeper.Client;
using CacheKeeper.Optimization.History;

namespace CacheKeeper.Optimization.TimeToLive;

/// <summary>
/// The specification's rules, applied to categories: asked for above 1.5 times the mean → at least 4 h; below half of it → 15 min; else the
/// ordinary lifetime times the agent's factor. The starting policy, until the learned one is better on replay.
/// </summary>
internal static class SpecificationTtl
{
    /// <summary>The lifetime wished for, in seconds, before freshness and growth bound it.</summary>
    public static double Wished(GroupHistory group, double meanAccesses, TtlLimits limits)
    {
        var ordinary = group.Replay.Lifetimes[group.Replay.Current];
        if (group.MeanAccesses > limits.HighValueAbove * meanAccesses)
        {
            return Math.Max(ordinary, limits.HighValueTtl.TotalSeconds);
        }

        return group.MeanAccesses < limits.LowValueBelow * meanAccesses
            ? limits.LowValueTtl.TotalSeconds
            : ordinary * (CategoryRules.Default.OfCategory(group.Category).TtlFactor ?? 1);
    }

    /// <summary>The lifetime of each group: which of its replay's.</summary>
    public static Dictionary<GroupHistory, int> Choose(IReadOnlyList<GroupHistory> groups, Func<GroupHistory, TtlBounds> bounds, TtlLimits limits)
    {
        var questions = groups.Sum(group => group.Replay.Followed / group.Replay.Share);
        var mean = questions <= 0 ? 0 : groups.Sum(group => group.Logged) / questions;
        return groups.ToDictionary(group => group, group => bounds(group).Nearest(group.Replay, Wished(group, mean, limits)) ?? group.Replay.Current);
    }
}
