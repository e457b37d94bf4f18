namespace CacheKeeper.Optimization.Simulation;

/// <summary>Least often used while in the cache goes first; the least recently used of them breaks the tie.</summary>
internal sealed class LfuCache(int keys, int capacity) : ISimulatedCache
{
    private readonly KeyLinks _links = new(keys);
    private readonly List<KeyQueue> _byCount = [];
    private readonly int[] _count = new int[keys];
    private int _stored;
    private int _least = 1;

    public string Name => "lfu";

    public bool Access(int key)
    {
        var count = _count[key];
        if (count > 0)
        {
            Queue(count).Remove(key);
            Place(key, count + 1);
            _least += count == _least && Queue(count).Count == 0 ? 1 : 0;
            return true;
        }

        if (_stored == capacity)
        {
            _count[Queue(_least).RemoveLast()] = 0;
            _stored--;
        }

        Place(key, 1);
        _stored++;
        _least = 1;
        return false;
    }

    private void Place(int key, int count)
    {
        _count[key] = count;
        Queue(count).AddFirst(key);
    }

    private KeyQueue Queue(int count)
    {
        while (_byCount.Count <= count)
        {
            _byCount.Add(new KeyQueue(_links));
        }

        return _byCount[count];
    }
}
