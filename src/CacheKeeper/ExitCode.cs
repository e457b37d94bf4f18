namespace CacheKeeper;

/// <summary>What the process tells the shell (documented in the README; scripts rely on it).</summary>
internal static class ExitCode
{
    /// <summary>Done; "nothing to do" is done too.</summary>
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration.</summary>
    public const int Usage = 2;

    /// <summary>Done, but something is degraded.</summary>
    public const int Degraded = 3;

    /// <summary>Refused by a guard; the message names the guard and the override.</summary>
    public const int Refused = 4;

    /// <summary>Another run holds the lease.</summary>
    public const int Busy = 5;
    public const int Interrupted = 130;
}
