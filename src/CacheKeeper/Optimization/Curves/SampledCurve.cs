namespace CacheKeeper.Optimization.Curves;

/// <summary>
/// The curve of a least-recently-used cache from a spatial sample of the keys, in constant memory: a key is followed when its hash is below
/// a threshold that sinks as the sample fills; distances are scaled up by the share followed. It counts misses, not hits: hot keys, which
/// make samples err, hardly miss. After SHARDS (Waldspurger and others, FAST 2015, with its adjustment for the requests that were expected).
/// </summary>
internal sealed class SampledCurve
{
    private const int BinsPerOctave = 32;
    private const int Octaves = 26;
    private const int Groups = 16;

    private readonly CurvePolicy _policy;
    private readonly RecencyOrder _order = new();
    private readonly PriorityQueue<int, uint> _highest = new();
    private readonly double[][] _misses = new double[Groups][];
    private uint _threshold;
    private double _rate;
    private readonly double[] _asked = new double[Groups];
    private double _requests;

    public SampledCurve(CurvePolicy policy)
    {
        _policy = policy;
        _threshold = (uint)Math.Min(uint.MaxValue, policy.Rate * uint.MaxValue);
        _rate = policy.Rate * policy.Given;
        for (var group = 0; group < Groups; group++)
        {
            _misses[group] = new double[(BinsPerOctave * Octaves) + 1];
        }
    }

    /// <summary>The share of all keys that the lookups handed over are about.</summary>
    public double Given => _policy.Given;

    /// <summary>Requests in the whole workload that those handed over stand for.</summary>
    public double Requests => _requests;

    /// <summary>The share of all keys followed now.</summary>
    public double Rate => _rate;

    public int Followed => _order.Count;

    public void Add(int key)
    {
        var hash = Hash((uint)key ^ (_policy.Seed * 0x9E3779B9u));
        _requests += 1 / _policy.Given;
        _asked[Hash(hash) % Groups] += 1 / _policy.Given;
        if (hash > _threshold)
        {
            return;
        }

        var distance = _order.Touch(key);
        _misses[Hash(hash) % Groups][distance < 0 ? BinsPerOctave * Octaves : Bin((distance + 0.5) / _rate)] += 1 / _rate;
        if (distance < 0)
        {
            _highest.Enqueue(key, uint.MaxValue - hash);
            Shrink();
        }
    }

    /// <summary>Hit ratios with their 90 % intervals at the capacities asked for.</summary>
    /// <param name="uniqueKeys">How many keys there were in all, when that is known: the sample is then weighed to have as many.</param>
    public IReadOnlyList<CurvePoint> Points(IReadOnlyList<int> capacities, int? uniqueKeys = null)
    {
        var firsts = new double[Groups];
        for (var group = 0; group < Groups; group++)
        {
            firsts[group] = _misses[group][^1];
        }

        var scale = uniqueKeys is { } unique && firsts.Sum() > 0 ? unique / firsts.Sum() : 1;
        var points = new CurvePoint[capacities.Count];
        for (var each = 0; each < points.Length; each++)
        {
            points[each] = Point(capacities[each], scale, uniqueKeys, firsts);
        }

        return points;
    }

    private CurvePoint Point(int capacity, double scale, int? uniqueKeys, double[] firsts)
    {
        var missed = new double[Groups];
        for (var group = 0; group < Groups; group++)
        {
            missed[group] = scale * MissesAt(_misses[group], capacity / scale);
        }

        var sum = missed.Sum();
        var ratio = _requests == 0 ? 0 : Math.Clamp(1 - (sum / _requests), 0, 1);
        if (_requests == 0 || _rate >= 1)
        {
            return new(capacity, ratio, ratio, ratio);
        }

        // With the number of keys known, only what a group misses beside its share of the keys is an error.
        var perKey = uniqueKeys is null ? 0 : sum / firsts.Sum();
        var known = uniqueKeys is not null || _policy.Given >= 1;
        var (centre, squares) = (uniqueKeys is null ? sum / Groups : 0, 0.0);
        for (var group = 0; group < Groups; group++)
        {
            // Of a log that is a sample itself the number of requests is not known either: they err with their misses.
            squares += Square(known ? missed[group] - (perKey * firsts[group]) - centre : missed[group] - (sum / _requests * _asked[group]));
        }

        var error = Math.Sqrt(squares / (Groups - 1) * Groups);
        var shift = Shift(capacity / scale) * scale * (uniqueKeys is { } all ? Math.Sqrt(Math.Max(0, 1 - ((double)capacity / all))) : 1);
        var half = _policy.IntervalWidth * (error + shift) * Math.Sqrt(1 - _rate) / _requests;
        return new(capacity, ratio, Math.Max(0, ratio - half), Math.Min(1, ratio + half));
    }

    // A capacity is only known to a relative error of 1 ÷ √(keys followed that fit into it): by so much the curve may be shifted sideways.
    private double Shift(double capacity)
    {
        var relative = Math.Min(0.5, 1 / Math.Sqrt(Math.Max(1, capacity * _rate)));
        var change = 0.0;
        foreach (var misses in _misses)
        {
            change += MissesAt(misses, capacity * (1 - relative)) - MissesAt(misses, capacity * (1 + relative));
        }

        return change / 2;
    }

    private static double Square(double value) => value * value;

    // The threshold sinks to the highest hash followed until the sample fits.
    private void Shrink()
    {
        while (_order.Count > _policy.MostKeys && _highest.TryDequeue(out var key, out var priority))
        {
            _order.Remove(key);
            _threshold = uint.MaxValue - priority - 1;
            _rate = (double)_threshold / uint.MaxValue * _policy.Given;
        }
    }

    // Misses of a cache are the accesses whose distance reaches its capacity; inside a bin they are taken to be spread evenly.
    private static double MissesAt(double[] misses, double capacity)
    {
        var position = Math.Min(misses.Length - 1, Math.Log2(Math.Max(1, capacity)) * BinsPerOctave);
        var bin = (int)position;
        var sum = bin < misses.Length - 1 ? misses[bin] * (1 - (position - bin)) : 0;
        for (var beyond = bin + 1; beyond < misses.Length; beyond++)
        {
            sum += misses[beyond];
        }

        return bin == misses.Length - 1 ? misses[bin] : sum;
    }

    private static int Bin(double distance) => Math.Clamp((int)(Math.Log2(Math.Max(1, distance)) * BinsPerOctave), 0, (BinsPerOctave * Octaves) - 1);

    // Finalizer of MurmurHash3: every bit of the key reaches every bit of the hash.
    private static uint Hash(uint value)
    {
        value = (value ^ (value >> 16)) * 0x85EBCA6Bu;
        value = (value ^ (value >> 13)) * 0xC2B2AE35u;
        return value ^ (value >> 16);
    }
}
