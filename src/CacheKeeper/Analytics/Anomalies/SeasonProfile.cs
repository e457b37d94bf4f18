namespace CacheKeeper.Analytics.Anomalies;

/// <summary>What is usual at each time of a day or a week: an exponential mean per slot of the period.</summary>
internal sealed class SeasonProfile(TimeSpan period, int slots, double rate)
{
    private readonly double[] _means = new double[slots];
    private readonly double[] _counts = new double[slots];

    /// <summary>The value minus what is usual at this time, then learns it; null while nothing is known of this time.</summary>
    public double? Residual(DateTimeOffset time, double value)
    {
        var slot = (int)(time.UtcTicks % period.Ticks * slots / period.Ticks);
        double? residual = _counts[slot] == 0 ? null : value - _means[slot];
        _counts[slot]++;
        _means[slot] += Math.Max(rate, 1 / _counts[slot]) * (value - _means[slot]);
        return residual;
    }

    public void Save(StateWriter state)
    {
        state.WriteSparse(_counts);
        state.WriteSparse(_means);
    }

    public void Load(ref StateReader state)
    {
        state.ReadSparse(_counts);
        state.ReadSparse(_means);
    }
}
