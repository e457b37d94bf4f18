namespace CacheKeeper.Optimization.Simulation;

/// <summary>What a policy reached on a trace.</summary>
/// <param name="HitRatio">Hits ÷ all requests, from a cold start.</param>
internal sealed record SimulatedPolicy(string Name, double HitRatio);

/// <summary>Replays a trace of dense keys through eviction policies: every request is get-or-insert, all requests are counted.</summary>
internal static class CacheSimulator
{
    /// <summary>Every policy, in the order it is shown; each is made and forgotten in turn, so that memory holds one at a time.</summary>
    public static IReadOnlyList<SimulatedPolicy> Run(int[] trace, int keys, int capacity) =>
    [
        Replay(trace, new FifoCache(keys, capacity)),
        Replay(trace, new LruCache(keys, capacity)),
        Replay(trace, new LfuCache(keys, capacity)),
        Replay(trace, new ArcCache(keys, capacity)),
        Replay(trace, new SieveCache(keys, capacity)),
        Replay(trace, new S3FifoCache(keys, capacity)),
        Replay(trace, new WTinyLfuCache(keys, capacity)),
        Replay(trace, new BeladyCache(trace, keys, capacity)),
        Replay(trace, new KeeperCache(keys, capacity)),
    ];

    public static SimulatedPolicy Replay(ReadOnlySpan<int> trace, ISimulatedCache cache)
    {
        long hits = 0;
        foreach (var key in trace)
        {
            hits += cache.Access(key) ? 1 : 0;
        }

        return new(cache.Name, trace.Length == 0 ? 0 : (double)hits / trace.Length);
    }
}
