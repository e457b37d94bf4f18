using CacheKeeper.Sandbox.Mem0.Storage;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>What the endpoints share.</summary>
internal sealed record Mem0Service(Mem0ServerSettings Settings, Mem0Store Store, Mem0EventQueue Events, Mem0Usage Usage)
{
    public static Mem0Limits Limits => Mem0Limits.Default;

    public DateTimeOffset Now => Settings.Time.GetUtcNow();
}

/// <summary>What was asked since the start.</summary>
internal sealed class Mem0Usage
{
    private long requests;
    private long retrievals;

    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Searches and lists.</summary>
    public long Retrievals => Interlocked.Read(ref retrievals);

    public void CountRequest() => Interlocked.Increment(ref requests);

    public void CountRetrieval() => Interlocked.Increment(ref retrievals);
}
