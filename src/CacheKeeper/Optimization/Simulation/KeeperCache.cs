using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Optimization.Simulation;

/// <summary>
/// The keeper's own eviction: of a few stored entries the one goes whose time in the cache promises the fewest hits, by what the gaps of
/// this workload have shown so far (count class and idle time). It remembers counts and last accesses of evicted keys too.
/// </summary>
internal sealed class KeeperCache : ISimulatedCache
{
    private const int Octaves = 24;
    private const int Seed = 1;
    private const int MostOpenSampled = 20_000;

    private readonly KeeperCachePolicy _policy;
    private readonly int _capacity;
    private readonly GapHistogram _gaps;
    private readonly int[] _counts;
    private readonly int[] _last;
    private readonly int[] _slots;
    private readonly int[] _known;
    private readonly int[] _stored;
    private readonly Random _random = new(Seed);
    private readonly byte[] _binOf = new byte[1 << 12];
    private double[][] _density = [];
    private int _knownCount;
    private int _storedCount;
    private int _now;
    private int _nextTable;

    public KeeperCache(int keys, int capacity, KeeperCachePolicy? policy = null)
    {
        _policy = policy ?? new();
        _capacity = capacity;
        _gaps = new GapHistogram(CountClasses.Count, new GapBins(1, _policy.BinsPerOctave, Octaves));
        (_counts, _last, _slots, _known, _stored) = (new int[keys], new int[keys], new int[keys], new int[keys], new int[capacity]);
        _nextTable = Math.Max(_policy.LeastBetweenTables / 2, (int)(capacity * _policy.FirstTableAfter));
        for (var gap = 0; gap < _binOf.Length; gap++)
        {
            _binOf[gap] = (byte)_gaps.Bins.Of(gap);
        }

        MakeTable();
    }

    public string Name => "cachekeeper";

    public bool Access(int key)
    {
        Note(key);
        if (_now >= _nextTable)
        {
            MakeTable();
            _nextTable = _now + Math.Max(_policy.LeastBetweenTables, Math.Min(Math.Max(_capacity / 2, _now / 50), _now / 10));
        }

        var hit = _slots[key] > 0;
        if (!hit)
        {
            Store(key);
        }

        _now++;
        return hit;
    }

    private void Note(int key)
    {
        var count = _counts[key];
        if (count == 0)
        {
            _known[_knownCount++] = key;
        }
        else
        {
            var gap = _now - _last[key];
            _gaps.AddClosed(CountClasses.Of(count), gap);
            count = gap > _policy.ForgetAfterCapacities * _capacity ? Math.Max(1, (count + 1) / 2) : count;
        }

        _counts[key] = count + 1;
        _last[key] = _now;
    }

    private void Store(int key)
    {
        if (_storedCount < _capacity)
        {
            _stored[_storedCount] = key;
            _slots[key] = ++_storedCount;
            return;
        }

        var place = LeastWorth();
        _slots[_stored[place]] = 0;
        _stored[place] = key;
        _slots[key] = place + 1;
    }

    private int LeastWorth()
    {
        var (least, place) = (double.MaxValue, -1);
        for (var candidate = 0; candidate < _policy.Candidates; candidate++)
        {
            var at = _random.Next(_capacity);
            var key = _stored[at];
            var density = _density[CountClasses.Of(_counts[key])][Bin(_now - _last[key])];
            if (density < least || (density.Equals(least) && _last[key] < _last[_stored[place]]))
            {
                (least, place) = (density, at);
            }
        }

        return place;
    }

    private int Bin(int gap) => gap < _binOf.Length ? _binOf[gap] : _gaps.Bins.Of(gap);

    // Open gaps are told from a sample of all keys ever seen, so that the cost stays the same however many there are.
    private void MakeTable()
    {
        _gaps.ClearOpen();
        var step = Math.Max(1, _knownCount / MostOpenSampled);
        for (var each = _now % step; each < _knownCount; each += step)
        {
            var key = _known[each];
            _gaps.AddOpen(CountClasses.Of(_counts[key]), _now - _last[key], step);
        }

        _density = HitDensity.Table(ReuseCurves.Learn(_gaps, 1, _policy.Reuse), _gaps.Bins, CountClasses.Count);
    }
}
