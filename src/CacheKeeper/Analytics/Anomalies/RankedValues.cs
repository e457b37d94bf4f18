namespace CacheKeeper.Analytics.Anomalies;

/// <summary>The most recent values in order of arrival and in order of size: median and rank of a value in O(log n).</summary>
internal sealed class RankedValues(int capacity)
{
    /// <summary>A rank is never taken as rarer than this, however few or many values are known.</summary>
    private const double RarestRank = 1e-4;

    private readonly double[] _arrived = new double[capacity];
    private readonly double[] _sorted = new double[capacity];
    private int _count;
    private int _oldest;

    /// <summary>Null before the first value.</summary>
    public double? Median => _count == 0 ? null : _sorted[_count / 2];

    public void Add(double value)
    {
        if (_count == capacity)
        {
            Remove(_arrived[_oldest]);
            _arrived[_oldest] = value;
            _oldest = (_oldest + 1) % capacity;
        }
        else
        {
            _arrived[_count] = value;
        }

        var place = Below(value, orEqual: true);
        Array.Copy(_sorted, place, _sorted, place + 1, _count - place);
        _sorted[place] = value;
        _count++;
    }

    /// <summary>Where the value stands among the known ones, as a quantile of the standard normal distribution.</summary>
    public double NormalScore(double value)
    {
        var rank = ((Below(value, orEqual: false) + Below(value, orEqual: true)) / 2.0) + 0.5;
        return NormalQuantile(Math.Clamp(rank / (_count + 1), RarestRank, 1 - RarestRank));
    }

    public void Save(StateWriter state)
    {
        state.Write(_count);
        for (var i = 0; i < _count; i++)
        {
            state.Write(_arrived[(_oldest + i) % capacity]);
        }
    }

    public void Load(ref StateReader state)
    {
        (_count, _oldest) = (0, 0);
        var count = state.ReadInt32();
        for (var i = 0; i < count; i++)
        {
            Add(state.ReadDouble());
        }
    }

    private void Remove(double value)
    {
        var place = Below(value, orEqual: false);
        Array.Copy(_sorted, place + 1, _sorted, place, _count - place - 1);
        _count--;
    }

    private int Below(double value, bool orEqual)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var isBelow = orEqual ? _sorted[middle] <= value : _sorted[middle] < value;
            (low, high) = isBelow ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    // Winitzki's closed approximation of the inverse error function, within 0.002: finer than ranks among a thousand values.
    private static double NormalQuantile(double probability)
    {
        const double A = 0.147;
        var x = (2 * probability) - 1;
        var log = Math.Log(1 - (x * x));
        var half = (2 / (Math.PI * A)) + (log / 2);
        return Math.Sign(x) * Math.Sqrt(2 * (Math.Sqrt((half * half) - (log / A)) - half));
    }
}
