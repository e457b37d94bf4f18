namespace CacheKeeper.Optimization.Simulation;

/// <summary>
/// The keeper's own eviction: of a few stored entries the one goes whose time in the cache promises the fewest hits, by what the gaps of
/// this workload have shown so far. Several views of those gaps each run a shadow cache; they are believed by what their shadows hit lately.
/// Counts and last accesses of evicted keys are remembered too.
/// </summary>
internal sealed class KeeperCache : ISimulatedCache
{
    private const int Seed = 1;
    private const int WeighEvery = 16;
    private const double LeastWeight = 0.02;

    private readonly KeeperCachePolicy _policy;
    private readonly int _capacity;
    private readonly DensityView[] _views;
    private readonly double[] _hits;
    private readonly double[] _weights;
    private readonly SampledSlots _slots;
    private readonly int[] _last;
    private readonly int[] _known;
    private readonly double _decay;
    private readonly Random _random = new(Seed);
    private double _requests;
    private int _knownCount;
    private int _now;
    private int _nextTable;

    public KeeperCache(int keys, int capacity, KeeperCachePolicy? policy = null)
    {
        _policy = policy ?? new();
        _capacity = capacity;
        _views = [.. _policy.Views.Select(view => new DensityView(keys, capacity, view))];
        (_hits, _weights) = (new double[_views.Length], new double[_views.Length]);
        (_slots, _last, _known) = (new SampledSlots(keys, capacity), new int[keys], new int[keys]);
        _decay = Math.Pow(0.5, 1 / (_policy.HalfLifeCapacities * capacity));
        _nextTable = Math.Max(_policy.LeastBetweenTables / 2, (int)(capacity * _policy.FirstTableAfter));
        Array.Fill(_last, -1);
        Array.Fill(_weights, 1.0 / _views.Length);
        Renew();
    }

    public string Name => "cachekeeper";

    public bool Access(int key)
    {
        Note(key);
        if (_now >= _nextTable)
        {
            Renew();
            _nextTable = _now + Math.Max(_policy.LeastBetweenTables, Math.Min(Math.Max(_capacity / 2, _now / 50), _now / 10));
        }

        PlayShadows(key);
        if (_now % WeighEvery == 0)
        {
            Weigh();
        }

        var hit = _slots.Holds(key);
        if (!hit)
        {
            Store(_slots, key, _policy.Candidates, null);
        }

        _now++;
        return hit;
    }

    private void Note(int key)
    {
        if (_last[key] < 0)
        {
            _known[_knownCount++] = key;
        }

        var gap = _last[key] < 0 ? 0 : _now - _last[key];
        foreach (var view in _views)
        {
            view.Note(key, gap);
        }

        _last[key] = _now;
    }

    private void PlayShadows(int key)
    {
        _requests = (_requests * _decay) + 1;
        for (var each = 0; each < _views.Length; each++)
        {
            var shadow = _views[each].Shadow;
            var hit = shadow.Holds(key);
            _hits[each] = (_hits[each] * _decay) + (hit ? 1 : 0);
            if (!hit)
            {
                Store(shadow, key, _policy.ShadowCandidates, _views[each]);
            }
        }
    }

    private void Weigh()
    {
        var (best, sum) = (_hits.Max(), 0.0);
        for (var each = 0; each < _views.Length; each++)
        {
            _weights[each] = Math.Exp((_hits[each] - best) / _requests / _policy.Trust);
            sum += _weights[each];
        }

        for (var each = 0; each < _views.Length; each++)
        {
            _weights[each] /= sum;
        }
    }

    // With a view its own judgement counts, without one that of all views by their weights.
    private void Store(SampledSlots slots, int key, int candidates, DensityView? view)
    {
        if (!slots.IsFull)
        {
            slots.Add(key);
            return;
        }

        var (least, place) = (double.MaxValue, -1);
        for (var candidate = 0; candidate < candidates; candidate++)
        {
            var slot = _random.Next(_capacity);
            var held = slots[slot];
            var worth = view?.Worth(held, _now - _last[held]) ?? Worth(held);
            if (worth < least || (worth.Equals(least) && _last[held] < _last[slots[place]]))
            {
                (least, place) = (worth, slot);
            }
        }

        slots.Replace(place, key);
    }

    private double Worth(int key)
    {
        var (worth, idle) = (0.0, _now - _last[key]);
        for (var each = 0; each < _views.Length; each++)
        {
            if (_weights[each] > LeastWeight)
            {
                worth += _weights[each] * _views[each].Worth(key, idle);
            }
        }

        return worth;
    }

    private void Renew()
    {
        foreach (var view in _views)
        {
            view.Renew(_known.AsSpan(0, _knownCount), _last, _now);
        }
    }
}
