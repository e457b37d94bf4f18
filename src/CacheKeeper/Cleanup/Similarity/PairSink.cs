namespace CacheKeeper.Cleanup.Similarity;

/// <summary>Collects pairs from several threads until there are enough.</summary>
internal sealed class PairSink(int most)
{
    private readonly Lock _lock = new();
    private readonly List<NearPair> _pairs = [];
    private volatile bool _full;

    /// <summary>Set when pairs were left out.</summary>
    public bool IsFull => _full;

    public void Add(List<NearPair> found)
    {
        lock (_lock)
        {
            var room = most - _pairs.Count;
            _full |= found.Count > room;
            _pairs.AddRange(found.Take(Math.Max(room, 0)));
        }

        found.Clear();
    }

    /// <summary>The pairs in order.</summary>
    public List<NearPair> Sorted()
    {
        _pairs.Sort((a, b) => a.Left != b.Left ? a.Left.CompareTo(b.Left) : a.Right.CompareTo(b.Right));
        return _pairs;
    }
}
