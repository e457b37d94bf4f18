using CacheKeeper.Metrics;

namespace CacheKeeper.Alerts;

/// <summary>What rules may name: every metric of the catalogue, and the flags that follow from the tiers' conditions.</summary>
internal static class KnownMetrics
{
    public static readonly MetricCatalogue All = new([.. MetricCatalogue.Keeper.All, .. TierFlags.Definitions]);
}
