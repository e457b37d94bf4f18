using CacheKeeper.Optimization.History;

namespace CacheKeeper.Optimization.TimeToLive;

/// <summary>Within what a group's lifetime may be chosen: freshness above everything, then the cap on growth within a week.</summary>
internal sealed record TtlBounds(TimeSpan Least, TimeSpan Most, TimeSpan Ceiling)
{
    /// <param name="aWeekAgo">The lifetime that held a week ago, or the ordinary one.</param>
    public static TtlBounds Of(TimeSpan aWeekAgo, TimeSpan ceiling, TtlLimits limits)
    {
        var grown = aWeekAgo * limits.MostGrowthPerWeek;
        var most = new[] { grown, ceiling, limits.Longest }.Min();
        return new(limits.Shortest < most ? limits.Shortest : most, most, ceiling);
    }

    public bool Allows(double seconds) => seconds >= Least.TotalSeconds && seconds <= Most.TotalSeconds + 0.5;

    /// <summary>The longest lifetime of a replay that is allowed and not longer than wished; null when none is.</summary>
    public int? Nearest(TtlReplay replay, double wished)
    {
        int? best = null;
        for (var each = 0; each < replay.Lifetimes.Count; each++)
        {
            if (Allows(replay.Lifetimes[each]) && (best is null || replay.Lifetimes[each] <= wished + 0.5))
            {
                best = each;
            }
        }

        return best;
    }
}
