namespace CacheKeeper.Analytics.Anomalies;

/// <summary>
/// Remembers how large a magnitude usually is, in quarter-octave bins relative to the first one seen, and says how surprising another is.
/// Multiplying all magnitudes by a constant changes nothing.
/// </summary>
internal sealed class TailHistogram(double tailShare, int memory)
{
    private const int StepsPerOctave = 4;
    private const int Bins = 160;
    private const int MinimumCount = 20;

    /// <summary>At least this many points are in the tail, or half of the few there are.</summary>
    private const int MinimumTail = 8;

    /// <summary>Decimal orders granted beyond 1/n to the first magnitude above zero after nothing but zeros.</summary>
    private const double UnseenSurprise = 1.5;

    /// <summary>Most decimal orders the fitted tail may add: beyond it nothing is known.</summary>
    private const double MostExtrapolation = 20;

    private const double Hair = 1e-9;

    private static readonly double[] Edges = [.. Enumerable.Range(0, Bins).Select(bin => Math.Pow(2, (bin - (Bins / 2)) / (double)StepsPerOctave))];

    private readonly double[] _counts = new double[Bins];
    private double _zeros;
    private double _total;
    private double _reference;
    private int _top;

    public void Add(double magnitude)
    {
        _total++;
        if (magnitude <= 0)
        {
            _zeros++;
        }
        else
        {
            _reference = _reference == 0 ? magnitude : _reference;
            var (bin, above) = Position(magnitude);
            _counts[bin] += 1 - above;
            _counts[bin + 1] += above;
            _top = Math.Max(_top, bin + 1);
        }

        if (_total >= memory)
        {
            Halve();
        }
    }

    /// <summary>
    /// Minus the decimal logarithm of the chance of a magnitude at least this large: by rank inside the known range, and beyond
    /// the upper <c>tailShare</c> by an exponential tail fitted to the excesses (peaks over threshold; Pickands 1975, shape 0).
    /// </summary>
    public double Surprise(double magnitude)
    {
        if (_total < MinimumCount || magnitude <= 0)
        {
            return 0;
        }

        if (_reference == 0)
        {
            return Math.Log10(_total + 1) + UnseenSurprise;
        }

        var threshold = ThresholdBin();
        var level = _reference * Edges[threshold];
        return magnitude <= level ? BySizeRank(magnitude) : ByTail(magnitude, threshold, level);
    }

    /// <summary>Minus the decimal logarithm of the chance of a magnitude at most this large, by rank alone.</summary>
    public double SurpriseOfSmallness(double magnitude)
    {
        if (_total < MinimumCount)
        {
            return 0;
        }

        var atMost = _zeros;
        if (magnitude > 0 && _reference > 0)
        {
            var (bin, above) = Position(magnitude);
            for (var i = 0; i < bin; i++)
            {
                atMost += _counts[i];
            }

            atMost += _counts[bin] * above;
        }

        return -Math.Log10(Math.Min(1, (atMost + 1) / (_total + 1)));
    }

    public void Save(StateWriter state)
    {
        state.Write(_total);
        state.Write(_zeros);
        state.Write(_reference);
        state.WriteSparse(_counts);
    }

    public void Load(ref StateReader state)
    {
        _total = state.ReadDouble();
        _zeros = state.ReadDouble();
        _reference = state.ReadDouble();
        state.ReadSparse(_counts);
        _top = Math.Max(0, Array.FindLastIndex(_counts, count => count > 0));
    }

    private int ThresholdBin()
    {
        // A hair less than asked, so that rounding does not decide where the masses are equal.
        var wanted = Math.Max(tailShare * _total, Math.Min(MinimumTail, _total / 2)) * (1 - Hair);
        var (bin, mass) = (_top, _counts[_top]);
        while (mass < wanted && bin > 0)
        {
            mass += _counts[--bin];
        }

        return bin;
    }

    private double BySizeRank(double magnitude)
    {
        var (bin, above) = Position(magnitude);
        var atLeast = _counts[bin] * (1 - above);
        for (var i = bin + 1; i <= _top; i++)
        {
            atLeast += _counts[i];
        }

        return -Math.Log10(Math.Min(1, (atLeast + 1) / (_total + 1)));
    }

    private double ByTail(double magnitude, int threshold, double level)
    {
        var (above, excess) = (0.0, 0.0);
        for (var i = threshold + 1; i <= _top; i++)
        {
            above += _counts[i];
            excess += _counts[i] * ((_reference * Edges[i]) - level);
        }

        // Half of the threshold's own bin lies above it; its excess has been shared to the next bin already.
        var mean = excess / (above + (_counts[threshold] / 2));
        var orders = excess <= 0 ? (magnitude / level) - 1 : (magnitude - level) / mean / Math.Log(10);
        return Math.Log10((_total + 1) / (above + _counts[threshold] + 1)) + Math.Min(MostExtrapolation, orders);
    }

    // Each magnitude is shared between its two nearest bins, so that rounding never moves a whole count.
    private (int Bin, double Above) Position(double magnitude)
    {
        var position = Math.Clamp((Math.Log2(magnitude / _reference) * StepsPerOctave) + (Bins / 2), 0, Bins - 1.001);
        return ((int)position, position - (int)position);
    }

    private void Halve()
    {
        (_total, _zeros) = (_total / 2, _zeros / 2);
        for (var i = 0; i < Bins; i++)
        {
            _counts[i] /= 2;
        }
    }
}
