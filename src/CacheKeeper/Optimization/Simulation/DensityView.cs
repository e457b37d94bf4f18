using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Optimization.Simulation;

/// <summary>
/// Learns from the gaps of a workload how many hits per unit of time each key promises, and holds a shadow of the cache that this view
/// alone would keep, to know how good it is.
/// </summary>
internal sealed class DensityView
{
    private const int Octaves = 24;
    private const int FineClasses = 8;
    private const int MostOpenSampled = 20_000;
    private const int FirstFade = 2000;
    private const double FadeFactor = 0.5;

    private readonly DensityViewPolicy _policy;
    private readonly int _capacity;
    private readonly int _fine;
    private readonly GapHistogram _gaps;
    private readonly int[] _counts;
    private readonly int[] _lastGap;
    private readonly byte[] _group;
    private readonly byte[] _binOf = new byte[1 << 12];
    private double[][] _logDensity = [];
    private double _nextFade = FirstFade;

    public DensityView(int keys, int capacity, DensityViewPolicy policy)
    {
        (_policy, _capacity, _fine) = (policy, capacity, policy.ByLastGap ? FineClasses : 1);
        _gaps = new GapHistogram(CountClasses.Count * _fine, new GapBins(1, policy.BinsPerOctave, Octaves));
        (_counts, _lastGap, _group) = (new int[keys], new int[policy.ByLastGap ? keys : 0], new byte[keys]);
        Shadow = new SampledSlots(keys, capacity);
        for (var gap = 0; gap < _binOf.Length; gap++)
        {
            _binOf[gap] = (byte)_gaps.Bins.Of(gap);
        }
    }

    /// <summary>What this view alone would hold.</summary>
    public SampledSlots Shadow { get; }

    /// <summary>Logarithm of the hits per unit of time that holding the key promises.</summary>
    public double Worth(int key, int idle) => _logDensity[_group[key]][idle < _binOf.Length ? _binOf[idle] : _gaps.Bins.Of(idle)];

    /// <summary>Notes an access; <paramref name="gap"/> is 0 for the first.</summary>
    public void Note(int key, int gap)
    {
        if (gap > 0)
        {
            _gaps.AddClosed(_group[key], gap);
            if (_policy.ByLastGap)
            {
                // The shorter of this gap and twice the one before: one long pause does not make a frequent key rare.
                _lastGap[key] = _lastGap[key] > 0 ? Math.Min(_lastGap[key] * 2, gap) : gap;
            }

            if (gap > _policy.ForgetAfterCapacities * _capacity)
            {
                _counts[key] = Math.Max(1, (_counts[key] + 1) / 2);
            }
        }

        _counts[key]++;
        _group[key] = (byte)((CountClasses.Of(_counts[key]) * _fine) + Fine(key));
    }

    /// <summary>Makes the table anew from all gaps so far; open ones are told from a sample of the keys known, so that the cost stays the same however many there are.</summary>
    public void Renew(ReadOnlySpan<int> known, int[] last, int now)
    {
        _gaps.ClearOpen();
        var step = Math.Max(1, known.Length / MostOpenSampled);
        for (var each = now % step; each < known.Length; each += step)
        {
            _gaps.AddOpen(_group[known[each]], now - last[known[each]], step);
        }

        _logDensity = HitDensity.Table(ReuseCurves.Learn(_gaps, _fine, _policy.Reuse), _gaps.Bins, _gaps.Classes);
        foreach (var row in _logDensity)
        {
            for (var bin = 0; bin < row.Length; bin++)
            {
                row[bin] = Math.Log(row[bin] + double.Epsilon);
            }
        }

        if (_policy.FadeAfterGrowth is { } growth && now > _nextFade)
        {
            _gaps.Fade(FadeFactor);
            _nextFade = now * (1 + growth);
        }
    }

    // Pairs of octaves around the capacity; 0 for a key asked for once.
    private int Fine(int key) => !_policy.ByLastGap || _lastGap[key] == 0
        ? 0
        : Math.Clamp((int)Math.Floor((Math.Log2((double)_lastGap[key] / _capacity) + FineClasses) / 2) + 1, 1, FineClasses - 1);
}
