using System.CommandLine;
using CacheKeeper.Cleanup;

namespace CacheKeeper.Cli;

/// <summary>The verbs of <c>cachekeeper cleanup</c>, a line each.</summary>
internal static class CleanupCommand
{
    public static Command Create() => new("cleanup", "Plans and carries out cleanups; says why; takes them back")
    {
        CleanupDuplicatesCommand.Create(),
        CleanupRankCommand.Create(),
        CleanupStrengthCommand.Create(CleanupMode.Smart, "Look, choose a strength, clean up, and say why"),
        CleanupStrengthCommand.Create(CleanupMode.Light, "Remove what has expired; report Redis keys that never expire"),
        CleanupStrengthCommand.Create(CleanupMode.Targeted, "Light, and the least valuable half of categories whose hit ratio drags"),
        CleanupStrengthCommand.Create(CleanupMode.Moderate, "Light, and the entries worth least"),
        CleanupStrengthCommand.Create(CleanupMode.Aggressive, "Down to the target size, entries worth least first"),
        CleanupStrengthCommand.Create(CleanupMode.Deep, "Moderate; superseded, stale and duplicate memories; large values compressed"),
        CleanupStrengthCommand.Create(CleanupMode.Compress, "Compress large values in Redis and PostgreSQL; readers see no difference"),
        CleanupStrengthCommand.Create(CleanupMode.Expiry, "Give Redis keys an end that were written without one"),
        CleanupStrengthCommand.CreateCategory(),
        CleanupStrengthCommand.CreateEntry(),
        CleanupStrengthCommand.CreatePlan(),
        CleanupApplyCommand.Create(),
        CleanupHistoryCommand.Create(),
        CleanupRegretCommand.Create(),
        CleanupReportCommand.Create(),
        CleanupUndoCommand.Create(),
    };
}
