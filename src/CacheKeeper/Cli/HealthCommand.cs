using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary>The verbs of <c>cachekeeper health</c>, a line each.</summary>
internal static class HealthCommand
{
    public static Command Create() => new("health", "Checks the tiers; tells who is told what and why")
    {
        HealthCheckCommand.Create(),
        HealthMonitorCommand.Create(),
        HealthAlertsCommand.Create(),
        HealthSilenceCommand.Create(),
        HealthAckCommand.Create(),
        HealthTestCommand.Create(),
        HealthBacktestCommand.Create(),
    };
}
