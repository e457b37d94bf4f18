using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary>The verbs of <c>cachekeeper analytics</c>, a line each.</summary>
internal static class AnalyticsCommand
{
    public static Command Create() => new("analytics", "Collects, explains, forecasts and reports")
    {
        AnalyticsCollectCommand.Create(),
        AnalyticsGenerateCommand.Create(),
        AnalyticsDashboardCommand.Create(),
        AnalyticsInsightsCommand.Create(),
        AnalyticsExportCommand.Create(),
        AnalyticsDetectCommand.Create(),
        AnalyticsForecastCommand.Create(),
        AnalyticsWindowsCommand.Create(),
    };
}
