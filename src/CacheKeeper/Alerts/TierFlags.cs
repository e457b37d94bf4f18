using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts;

/// <summary>The true-or-false metrics that follow from the tiers' conditions.</summary>
internal static class TierFlags
{
    public const string AllUnavailable = "all_tiers_unavailable";

    public static readonly IReadOnlyList<string> Tiers = ["mem0", "upstash", "postgresql"];

    /// <summary>The flags a condition may name.</summary>
    public static IEnumerable<MetricDefinition> Definitions =>
    [
        new(AllUnavailable, MetricUnit.Flag, "every configured tier has failed"),
        .. Tiers.Select(tier => new MetricDefinition($"{tier}_unavailable", MetricUnit.Flag, $"{tier} has failed")),
        .. Tiers.Select(tier => new MetricDefinition($"{tier}_degraded", MetricUnit.Flag, $"{tier} answers slowly or in part")),
    ];

    /// <summary>The flag's value; null when it is unknown or the name is no such flag. A tier that is not configured is never unavailable.</summary>
    public static bool? Of(string name, IReadOnlyDictionary<string, TierCondition> tiers)
    {
        if (name == AllUnavailable)
        {
            return AllFailed(tiers);
        }

        foreach (var tier in Tiers)
        {
            if (name == $"{tier}_unavailable")
            {
                return Is(tiers, tier, TierCondition.Failed);
            }

            if (name == $"{tier}_degraded")
            {
                return Is(tiers, tier, TierCondition.Degraded);
            }
        }

        return null;
    }

    // Tiers that are not configured do not count; without any that is, nothing can be down.
    private static bool? AllFailed(IReadOnlyDictionary<string, TierCondition> tiers)
    {
        var configured = tiers.Values.Where(condition => condition != TierCondition.NotConfigured).ToList();
        return configured.Count == 0 || configured.Exists(condition => condition is TierCondition.Healthy or TierCondition.Degraded) ? false
            : configured.TrueForAll(condition => condition == TierCondition.Failed) ? true
            : null;
    }

    private static bool? Is(IReadOnlyDictionary<string, TierCondition> tiers, string tier, TierCondition wanted) => tiers.GetValueOrDefault(tier, TierCondition.Unknown) switch
    {
        TierCondition.Unknown => null,
        TierCondition.Learning => null,
        var condition => condition == wanted,
    };
}
