using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Reports;
using CacheKeeper.Metrics;
using CacheKeeper.Tiers;

namespace CacheKeeper;

/// <summary>Puts collection and analysis together for one project.</summary>
internal static class MetricsHost
{
    /// <summary>What reports are made of.</summary>
    public static ReportService Reports(KeeperHost keeper) => new(keeper.State, keeper.Settings.Analytics, keeper.Settings.Metrics.Prices);

    public static ReportJob WeeklyReport(KeeperHost keeper) => new("week", Reports(keeper), new ReportFileStore(keeper.State.Location.Directory));

    public static ReportJob MonthlyReport(KeeperHost keeper) => new("month", Reports(keeper), new ReportFileStore(keeper.State.Location.Directory));

    public static CollectionJob Collection(KeeperHost keeper)
    {
        var settings = keeper.Settings;
        var analysis = new AnalysisService(keeper.Listening, keeper.State, settings.Analytics, settings.Metrics, keeper.Tiers.OfType<PostgresTier>().FirstOrDefault());
        return new CollectionJob(
            new CollectionService(keeper.Tiers, settings.Metrics, (_, now, stop) => keeper.Regret.ReadAsync(now, stop)),
            keeper.State,
            settings.Metrics,
            new CallPrices(PerCall(keeper, TierName.Upstash), PerCall(keeper, TierName.Mem0)),
            analysis.RunAsync);
    }

    private static double PerCall(KeeperHost keeper, TierName name) => keeper.Tiers.FirstOrDefault(tier => tier.Name == name)?.Price.UsdPerCall ?? 0;
}
