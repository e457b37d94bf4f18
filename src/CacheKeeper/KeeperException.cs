namespace CacheKeeper;

/// <summary>An expected failure: one sentence on what is wrong, one on what to do next, and the exit code that tells scripts.</summary>
internal sealed class KeeperException(string message, string hint = "", int exitCode = ExitCode.Failed, Exception? cause = null)
    : Exception(message, cause), IHinted
{
    /// <summary>What to do next; empty when nothing can be said.</summary>
    public string Hint { get; } = hint;

    public int ExitCode { get; } = exitCode;

    public static KeeperException Usage(string message, string hint = "") => new(message, hint, CacheKeeper.ExitCode.Usage);
}
