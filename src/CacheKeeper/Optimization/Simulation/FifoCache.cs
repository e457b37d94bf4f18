namespace CacheKeeper.Optimization.Simulation;

/// <summary>First in, first out.</summary>
internal sealed class FifoCache(int keys, int capacity) : ISimulatedCache
{
    private readonly int[] _ring = new int[capacity];
    private readonly bool[] _stored = new bool[keys];
    private long _inserted;

    public string Name => "fifo";

    public bool Access(int key)
    {
        if (_stored[key])
        {
            return true;
        }

        var slot = (int)(_inserted % capacity);
        if (_inserted >= capacity)
        {
            _stored[_ring[slot]] = false;
        }

        _ring[slot] = key;
        _stored[key] = true;
        _inserted++;
        return false;
    }
}
