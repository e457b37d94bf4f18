using CacheKeeper.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization.History;

/// <summary>How long answers live today: what readers give by themselves in the tiers that are there, and what directives make of it.</summary>
internal static class OrdinaryLifetime
{
    /// <summary>The longest that a tier gives: a lookup is answered as long as one tier still has the answer.</summary>
    public static TimeSpan Of(string category, string agent, IReadOnlyCollection<TierName> tiers, DirectivesDocument? directives, TtlLimits limits, DateTimeOffset now) =>
        tiers.Count == 0 ? limits.OrdinaryPostgresql : tiers.Max(tier => Of(tier, category, agent, directives, limits, now));

    /// <summary>What one tier gives (of Redis' keys the longest-lived).</summary>
    public static TimeSpan Of(TierName tier, string category, string agent, DirectivesDocument? directives, TtlLimits limits, DateTimeOffset now)
    {
        var ordinary = tier switch
        {
            TierName.Mem0 => limits.OrdinaryMem0,
            TierName.Upstash => limits.Ordinary.TryGetValue(category, out var redis) ? redis : limits.OrdinaryUpstash,
            _ => limits.Ordinary.TryGetValue(category, out var row) ? row : limits.OrdinaryPostgresql,
        };
        return directives?.TtlFor(tier.Word(), category, agent, ordinary, now) ?? ordinary;
    }
}
