namespace CacheKeeper.Analytics.Anomalies;

/// <summary>Eight weak detectors over one view of a series (its values, or their ranks), each saying how surprising the newest point is.</summary>
internal sealed class SignalBank
{
    public const int Count = 8;

    /// <summary>Magnitudes below this share of the range seen are rounding, not signal.</summary>
    private const double Rounding = 1e-7;

    public static readonly AnomalySignal[] Order =
    [
        AnomalySignal.Jump, AnomalySignal.TimeOfDay, AnomalySignal.TimeOfWeek, AnomalySignal.ShortLevel,
        AnomalySignal.LongLevel, AnomalySignal.ShortSpread, AnomalySignal.LongSpread, AnomalySignal.Stillness,
    ];

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private readonly AnomalyPolicy _policy;
    private readonly RecentWindow _recent = new();
    private readonly SeasonProfile _day;
    private readonly SeasonProfile _week;
    private readonly TailHistogram[] _usual;
    private double _slow;
    private double _first;
    private double _range;
    private long _count;

    public SignalBank(AnomalyPolicy policy)
    {
        _policy = policy;
        _day = new(Day, policy.DaySlots, policy.DayRate);
        _week = new(Week, policy.WeekSlots, policy.WeekRate);
        _usual = [.. Enumerable.Range(0, Count - 1).Select(_ => new TailHistogram(policy.TailShare, policy.Memory))];
    }

    /// <summary>Writes one surprise for each signal of <see cref="Order"/>.</summary>
    public void Observe(DateTimeOffset time, double value, bool intervened, Span<double> surprises)
    {
        var previous = _recent.Last ?? value;
        _recent.Add(value);
        _count++;
        _first = _count == 1 ? value : _first;
        _range = Math.Max(_range, Math.Abs(value - _first));
        // The level we bring about ourselves is the new level at once.
        var rate = intervened ? 1.0 / _policy.ShortWindow : _policy.SlowRate;
        _slow += Math.Max(rate, 1.0 / _count) * (value - _slow);

        var (shortMean, longMean) = (_recent.Mean(_policy.ShortWindow), _recent.Mean(_policy.LongWindow));
        var longSpread = Magnitude(_recent.Spread(_policy.LongWindow, longMean));
        surprises[0] = Judge(0, value - previous);
        surprises[1] = Judge(1, _day.Residual(time, value));
        surprises[2] = Judge(2, _week.Residual(time, value));
        surprises[3] = Judge(3, shortMean - _slow);
        surprises[4] = Judge(4, longMean - _slow);
        surprises[5] = Judge(5, _recent.Spread(_policy.ShortWindow, shortMean));
        surprises[7] = _usual[6].SurpriseOfSmallness(longSpread);
        surprises[6] = Judge(6, longSpread);
    }

    public void Save(StateWriter state)
    {
        state.Write(_count);
        state.Write(_slow);
        state.Write(_first);
        state.Write(_range);
        _recent.Save(state);
        _day.Save(state);
        _week.Save(state);
        foreach (var usual in _usual)
        {
            usual.Save(state);
        }
    }

    public void Load(ref StateReader state)
    {
        _count = state.ReadInt64();
        _slow = state.ReadDouble();
        _first = state.ReadDouble();
        _range = state.ReadDouble();
        _recent.Load(ref state);
        _day.Load(ref state);
        _week.Load(ref state);
        foreach (var usual in _usual)
        {
            usual.Load(ref state);
        }
    }

    private double Judge(int signal, double? deviation)
    {
        if (deviation is not { } known)
        {
            return 0;
        }

        var magnitude = Magnitude(known);
        var surprise = _usual[signal].Surprise(magnitude);
        _usual[signal].Add(magnitude);
        return surprise;
    }

    private double Magnitude(double deviation) => Math.Abs(deviation) < Rounding * _range ? 0 : Math.Abs(deviation);
}
