namespace CacheKeeper.Optimization.Simulation;

/// <summary>Doubly linked queues over dense keys; a key stands in at most one of the queues that share the links.</summary>
internal sealed class KeyLinks(int keys)
{
    public readonly int[] Next = new int[keys];
    public readonly int[] Previous = new int[keys];
}
