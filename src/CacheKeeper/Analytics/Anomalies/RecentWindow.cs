namespace CacheKeeper.Analytics.Anomalies;

/// <summary>The last few values, for means and spreads computed afresh each time (no running sums, so no drift).</summary>
internal sealed class RecentWindow
{
    /// <summary>A power of two, so that a place is a mask away.</summary>
    public const int Capacity = 64;

    private readonly double[] _values = new double[Capacity];
    private long _count;

    /// <summary>Null before the first value.</summary>
    public double? Last => _count == 0 ? null : At(0);

    public void Add(double value) => _values[_count++ & (Capacity - 1)] = value;

    public double Mean(int length)
    {
        var (known, sum) = ((int)Math.Min(length, _count), 0.0);
        for (var i = 0; i < known; i++)
        {
            sum += At(i);
        }

        return sum / known;
    }

    /// <summary>Root mean square distance from <paramref name="mean"/>.</summary>
    public double Spread(int length, double mean)
    {
        var (known, sum) = ((int)Math.Min(length, _count), 0.0);
        for (var i = 0; i < known; i++)
        {
            var distance = At(i) - mean;
            sum += distance * distance;
        }

        return Math.Sqrt(sum / known);
    }

    public void Save(StateWriter state)
    {
        state.Write(_count);
        state.WriteSparse(_values);
    }

    public void Load(ref StateReader state)
    {
        _count = state.ReadInt64();
        state.ReadSparse(_values);
    }

    private double At(int back) => _values[(_count - 1 - back) & (Capacity - 1)];
}
