namespace CacheKeeper.Tiers;

/// <summary>Counts what talking to a tier cost: requests sent, commands within them (what is billed), tries repeated.</summary>
internal sealed class TierMeter
{
    private long _requests;
    private long _commands;
    private long _retries;

    public long Requests => Interlocked.Read(ref _requests);
    public long Commands => Interlocked.Read(ref _commands);
    public long Retries => Interlocked.Read(ref _retries);

    public void Count(int commands)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _commands, commands);
    }

    public void CountRetry() => Interlocked.Increment(ref _retries);
}
