using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary>The verbs of <c>cachekeeper cleanup</c>, a line each.</summary>
internal static class CleanupCommand
{
    public static Command Create() => new("cleanup", "Plans and carries out cleanups; says why; takes them back")
    {
        CleanupDuplicatesCommand.Create(),
        CleanupRankCommand.Create(),
        CleanupLightCommand.Create(),
        CleanupApplyCommand.Create(),
        CleanupUndoCommand.Create(),
    };
}
