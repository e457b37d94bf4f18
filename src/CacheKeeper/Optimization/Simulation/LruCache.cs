namespace CacheKeeper.Optimization.Simulation;

/// <summary>Least recently used goes first.</summary>
internal sealed class LruCache(int keys, int capacity) : ISimulatedCache
{
    private readonly KeyQueue _queue = new(new KeyLinks(keys));
    private readonly bool[] _stored = new bool[keys];

    public string Name => "lru";

    public bool Access(int key)
    {
        if (_stored[key])
        {
            _queue.MoveFirst(key);
            return true;
        }

        if (_queue.Count == capacity)
        {
            _stored[_queue.RemoveLast()] = false;
        }

        _queue.AddFirst(key);
        _stored[key] = true;
        return false;
    }
}
