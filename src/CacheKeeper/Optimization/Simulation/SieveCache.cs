namespace CacheKeeper.Optimization.Simulation;

/// <summary>A hand walks from old to new and takes the first key not visited since it last came by. Zhang and others, NSDI 2024.</summary>
internal sealed class SieveCache(int keys, int capacity) : ISimulatedCache
{
    private readonly KeyLinks _links = new(keys);
    private readonly bool[] _stored = new bool[keys];
    private readonly bool[] _visited = new bool[keys];
    private KeyQueue? _queue;
    private int _hand = -1;

    public string Name => "sieve";

    public bool Access(int key)
    {
        _queue ??= new KeyQueue(_links);
        if (_stored[key])
        {
            _visited[key] = true;
            return true;
        }

        if (_queue.Count == capacity)
        {
            Evict(_queue);
        }

        _queue.AddFirst(key);
        (_stored[key], _visited[key]) = (true, false);
        return false;
    }

    private void Evict(KeyQueue queue)
    {
        var hand = _hand < 0 ? queue.Tail : _hand;
        while (_visited[hand])
        {
            _visited[hand] = false;
            hand = _links.Previous[hand] < 0 ? queue.Tail : _links.Previous[hand];
        }

        _hand = _links.Previous[hand];
        queue.Remove(hand);
        _stored[hand] = false;
    }
}
