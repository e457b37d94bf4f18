using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary>The verbs of <c>cachekeeper debug</c>, a line each.</summary>
internal static class DebugCommand
{
    public static Command Create() => new("debug", "Shows where time, memory and decisions went")
    {
        DebugPerformanceCommand.Create(),
        DebugConnectionsCommand.Create(),
        DebugMemoryCommand.Create(),
        DebugWhyCommand.Create(),
        DebugNearestCommand.Create(),
        DebugBundleCommand.Create(),
    };
}
