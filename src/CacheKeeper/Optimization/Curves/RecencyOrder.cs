namespace CacheKeeper.Optimization.Curves;

/// <summary>Tells how many keys were asked for since a key was last asked for (its stack distance): a Fenwick tree over the order of last accesses, closed up when it is full.</summary>
internal sealed class RecencyOrder
{
    private const int Spare = 2;

    private readonly Dictionary<int, int> _slotOf = [];
    private int[] _keyAt = new int[1024];
    private int[] _tree = new int[1025];
    private int _next;

    public int Count => _slotOf.Count;

    /// <summary>Moves a key to the front; the number of other keys that were in front of it, or -1 for a key not known.</summary>
    public int Touch(int key)
    {
        if (_next == _keyAt.Length)
        {
            CloseUp();
        }

        var distance = -1;
        if (_slotOf.TryGetValue(key, out var slot))
        {
            distance = _slotOf.Count - UpTo(slot);
            Add(slot, -1);
            _keyAt[slot] = -1;
        }

        _slotOf[key] = _next;
        _keyAt[_next] = key;
        Add(_next++, 1);
        return distance;
    }

    public void Remove(int key)
    {
        if (_slotOf.Remove(key, out var slot))
        {
            Add(slot, -1);
            _keyAt[slot] = -1;
        }
    }

    private int UpTo(int slot)
    {
        var sum = 0;
        for (var at = slot + 1; at > 0; at &= at - 1)
        {
            sum += _tree[at];
        }

        return sum;
    }

    private void Add(int slot, int change)
    {
        for (var at = slot + 1; at < _tree.Length; at += at & -at)
        {
            _tree[at] += change;
        }
    }

    private void CloseUp()
    {
        var old = _keyAt;
        var size = Math.Max(1024, _slotOf.Count * Spare);
        (_keyAt, _tree, _next) = (new int[size], new int[size + 1], 0);
        foreach (var key in old)
        {
            if (key >= 0)
            {
                _slotOf[key] = _next;
                _keyAt[_next] = key;
                Add(_next++, 1);
            }
        }
    }
}
