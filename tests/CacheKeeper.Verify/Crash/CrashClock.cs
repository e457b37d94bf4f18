using CacheKeeper.Tiers;

namespace CacheKeeper.Verify.Crash;

/// <summary>Counts the operations of a run and ends it at one of them: for good (the process is dead, nothing works any more), or once (one call failed).</summary>
internal sealed class CrashClock(int at, bool once)
{
    private int _steps;

    public bool Fired { get; private set; }

    public string Where { get; private set; } = "";

    /// <summary>Called before an operation, and after it: then it was done and its answer is lost.</summary>
    public void Step(string operation)
    {
        var step = Interlocked.Increment(ref _steps);
        if (step == at || (Fired && !once))
        {
            (Fired, Where) = (true, Fired ? Where : operation);
            throw operation.StartsWith("tier", StringComparison.Ordinal)
                ? new TierException(TierName.Postgresql, operation, "the check broke it")
                : new IOException($"the check broke {operation}");
        }
    }
}
