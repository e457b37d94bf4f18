namespace CacheKeeper.Cli;

/// <summary>How this very program is called again: by cron, by systemd, as a daemon.</summary>
internal static class ProgramHost
{
    /// <summary>The executable, or the runtime and the assembly where there is none.</summary>
    public static IReadOnlyList<string> CommandLine()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "cachekeeper");
        return File.Exists(beside) ? [beside] : [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "cachekeeper.dll")];
    }
}
