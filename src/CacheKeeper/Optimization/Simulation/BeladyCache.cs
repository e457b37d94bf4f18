namespace CacheKeeper.Optimization.Simulation;

/// <summary>The exact optimum: the key asked for furthest in the future goes first. It must know the whole trace. Belady, 1966.</summary>
internal sealed class BeladyCache : ISimulatedCache
{
    private const int Never = int.MaxValue;

    private readonly int[] _nextUse;
    private readonly int[] _due;
    private readonly PriorityQueue<int, int> _furthest;
    private readonly int _capacity;
    private int _position;
    private int _stored;

    public BeladyCache(ReadOnlySpan<int> trace, int keys, int capacity)
    {
        _capacity = capacity;
        _nextUse = new int[trace.Length];
        _due = new int[keys];
        _furthest = new PriorityQueue<int, int>(capacity);
        var upcoming = new int[keys];
        Array.Fill(upcoming, Never);
        for (var at = trace.Length - 1; at >= 0; at--)
        {
            _nextUse[at] = upcoming[trace[at]];
            upcoming[trace[at]] = at;
        }
    }

    public string Name => "belady";

    // _due holds the next use of a stored key, 0 for one that is not stored; older queue items of the same key no longer match it.
    public bool Access(int key)
    {
        var next = _nextUse[_position++];
        var hit = _due[key] > 0;
        if (!hit)
        {
            if (_stored == _capacity)
            {
                Evict();
            }

            _stored++;
        }

        _due[key] = next;
        _furthest.Enqueue(key, -next);
        return hit;
    }

    private void Evict()
    {
        while (_furthest.TryDequeue(out var key, out var priority))
        {
            if (_due[key] == -priority)
            {
                _due[key] = 0;
                _stored--;
                return;
            }
        }
    }
}
