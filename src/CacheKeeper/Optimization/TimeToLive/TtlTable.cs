using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Optimization.TimeToLive;

/// <summary>
/// One time to live per class of entries, chosen together: each is held as long as an hour more brings more hits than the same hour
/// anywhere else would. The common price of an hour is found so that the expected live time meets the budget.
/// </summary>
internal sealed class TtlTable
{
    private const int PriceSteps = 50;
    private const double Cheapest = 1e-12;
    private const double Dearest = 1e6;

    private readonly double[][] _hits;
    private readonly double[][] _held;
    private readonly double[][] _survives;
    private readonly GapBins _bins;
    private readonly double[] _weights;
    private readonly double[] _times;

    /// <param name="weights">How often each class starts a gap.</param>
    public TtlTable(ReuseCurves curves, GapBins bins, double[] weights)
    {
        (_bins, _weights, _times) = (bins, weights, new double[weights.Length]);
        (_hits, _held, _survives) = (new double[weights.Length][], new double[weights.Length][], new double[weights.Length][]);
        for (var group = 0; group < weights.Length; group++)
        {
            (_hits[group], _held[group], _survives[group]) = (new double[bins.Count + 1], new double[bins.Count + 1], new double[bins.Count + 1]);
            Sum(group, curves.Hazards(group));
        }
    }

    /// <summary>The chosen time to live of a class.</summary>
    public double Of(int group) => _times[group];

    /// <summary>Expected live time per round of all classes when everything lives for the same time.</summary>
    public double ExpectedLive(double time)
    {
        var live = 0.0;
        for (var group = 0; group < _weights.Length; group++)
        {
            live += _weights[group] * At(_held[group], time);
        }

        return live;
    }

    /// <summary>Live time that an entry, idle so long, is still expected to use up before its time to live ends.</summary>
    public double Remaining(int group, double idle, double time) =>
        idle >= time ? 0 : (At(_held[group], time) - At(_held[group], idle)) / Math.Max(1e-9, At(_survives[group], idle));

    /// <summary>Chooses the times so that the expected live time is at most the budget.</summary>
    public void Choose(double budget, double scale)
    {
        var (low, high) = (Cheapest / scale, Dearest / scale);
        for (var step = 0; step < PriceSteps; step++)
        {
            var price = Math.Sqrt(low * high);
            (low, high) = Spend(price) > budget ? (price, high) : (low, price);
        }

        Spend(high);
    }

    // Chooses by a price per unit of live time; the live time that this is expected to cost.
    private double Spend(double price)
    {
        var live = 0.0;
        for (var group = 0; group < _weights.Length; group++)
        {
            var (best, bin) = (0.0, 0);
            for (var end = 1; end <= _bins.Count; end++)
            {
                var gain = _hits[group][end] - (price * _held[group][end]);
                (best, bin) = gain > best ? (gain, end) : (best, bin);
            }

            _times[group] = _bins.Start(bin);
            live += _weights[group] * _held[group][bin];
        }

        return live;
    }

    private void Sum(int group, ReadOnlySpan<double> hazards)
    {
        var (hits, held, survives) = (_hits[group], _held[group], _survives[group]);
        survives[0] = 1;
        for (var bin = 0; bin < hazards.Length; bin++)
        {
            var hit = survives[bin] * hazards[bin];
            hits[bin + 1] = hits[bin] + hit;
            held[bin + 1] = held[bin] + ((survives[bin] - (hit / 2)) * (_bins.Start(bin + 1) - _bins.Start(bin)));
            survives[bin + 1] = survives[bin] - hit;
        }
    }

    private double At(double[] sums, double time)
    {
        var bin = _bins.Of(time);
        var (start, end) = (_bins.Start(bin), _bins.Start(bin + 1));
        return sums[bin] + ((sums[bin + 1] - sums[bin]) * Math.Clamp((time - start) / (end - start), 0, 1));
    }
}
