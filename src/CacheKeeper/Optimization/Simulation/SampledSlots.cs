namespace CacheKeeper.Optimization.Simulation;

/// <summary>The keys a cache holds, in numbered slots, so that some can be drawn at random.</summary>
internal sealed class SampledSlots(int keys, int capacity)
{
    private readonly int[] _slotOf = new int[keys];
    private readonly int[] _keyIn = new int[capacity];

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    public int this[int slot] => _keyIn[slot];

    public bool Holds(int key) => _slotOf[key] > 0;

    public void Add(int key)
    {
        _keyIn[Count] = key;
        _slotOf[key] = ++Count;
    }

    public void Replace(int slot, int key)
    {
        _slotOf[_keyIn[slot]] = 0;
        _keyIn[slot] = key;
        _slotOf[key] = slot + 1;
    }
}
