namespace CacheKeeper.Analytics.Anomalies;

/// <summary>
/// Listens to one series, one point at a time, never ahead. Eighteen weak signals (high, low, and eight over the values and over their
/// ranks) each say how surprising the point is against their own past; the alarm is given when they agree more, for longer, than they usually do.
/// </summary>
internal sealed class AnomalyDetector
{
    private const int Version = 3;
    private const int Signals = 2 + (2 * SignalBank.Count);

    /// <summary>Strength is stated as if ten signals were heard.</summary>
    private const double StatedSignals = 10;

    /// <summary>What is not an alarm stays this far below one half.</summary>
    private const double BelowAlarm = 0.98;

    private static readonly TimeSpan Rarest = TimeSpan.FromDays(3650);

    private readonly AnomalyPolicy _policy;
    private readonly RankedValues _values;
    private readonly TailHistogram _high;
    private readonly TailHistogram _low;
    private readonly SignalBank _asValues;
    private readonly SignalBank _asRanks;
    private readonly RecentWindow _agreement = new();
    private readonly TailHistogram _usualAgreement;
    private readonly double[] _surprises = new double[Signals];
    private long _count;
    private long _restsSince = long.MinValue / 2;
    private double _accumulated;
    private double _fatigue;
    private DateTimeOffset _firstAt;

    public AnomalyDetector(AnomalyPolicy policy)
    {
        _policy = policy;
        _values = new(policy.RememberedValues);
        _high = new(policy.TailShare, policy.Memory);
        _low = new(policy.TailShare, policy.Memory);
        _asValues = new(policy);
        _asRanks = new(policy);
        _usualAgreement = new(policy.TailShare, policy.Memory);
    }

    /// <summary>Judges the point against the past, then learns it.</summary>
    /// <param name="intervened">Whether one of our own interventions was at work: the point is learned but never reported.</param>
    public AnomalyReading Observe(DateTimeOffset time, double? value, bool intervened = false)
    {
        if (value is not { } known || !double.IsFinite(known))
        {
            return new AnomalyReading(0, AnomalyState.Missing);
        }

        _firstAt = _count == 0 ? time : _firstAt;
        _count++;
        _fatigue *= 1 - (1 / _policy.FatigueLife);
        Listen(time, known, intervened);
        return Judge(time, intervened);
    }

    public byte[] Save()
    {
        var state = new StateWriter();
        state.Write(Version);
        state.Write(_policy.DaySlots);
        state.Write(_policy.WeekSlots);
        state.Write(_count);
        state.Write(_restsSince);
        state.Write(_accumulated);
        state.Write(_fatigue);
        state.Write(_firstAt.UtcTicks);
        _values.Save(state);
        _high.Save(state);
        _low.Save(state);
        _asValues.Save(state);
        _asRanks.Save(state);
        _agreement.Save(state);
        _usualAgreement.Save(state);
        return state.ToArray();
    }

    /// <summary>Continues from a saved state; throws <see cref="FormatException"/> where it is damaged or of another version or policy.</summary>
    public static AnomalyDetector Load(ReadOnlySpan<byte> saved, AnomalyPolicy policy)
    {
        var state = new StateReader(saved);
        if ((state.ReadInt32(), state.ReadInt32(), state.ReadInt32()) != (Version, policy.DaySlots, policy.WeekSlots))
        {
            throw new FormatException("The stored state of the detector is of another version or policy.");
        }

        var detector = new AnomalyDetector(policy)
        {
            _count = state.ReadInt64(),
            _restsSince = state.ReadInt64(),
            _accumulated = state.ReadDouble(),
            _fatigue = state.ReadDouble(),
            _firstAt = new DateTimeOffset(state.ReadInt64(), TimeSpan.Zero),
        };
        detector._values.Load(ref state);
        detector._high.Load(ref state);
        detector._low.Load(ref state);
        detector._asValues.Load(ref state);
        detector._asRanks.Load(ref state);
        detector._agreement.Load(ref state);
        detector._usualAgreement.Load(ref state);
        return detector;
    }

    private void Listen(DateTimeOffset time, double value, bool intervened)
    {
        var middle = _values.Median ?? value;
        var rank = _values.NormalScore(value);
        _values.Add(value);
        var (above, below) = (Math.Max(0, value - middle), Math.Max(0, middle - value));
        _surprises[0] = _high.Surprise(above);
        _surprises[1] = _low.Surprise(below);
        _high.Add(above);
        _low.Add(below);
        _asValues.Observe(time, value, intervened, _surprises.AsSpan(2, SignalBank.Count));
        _asRanks.Observe(time, rank, intervened, _surprises.AsSpan(2 + SignalBank.Count, SignalBank.Count));
        _agreement.Add(_surprises.Sum() * StatedSignals / Signals);
    }

    private AnomalyReading Judge(DateTimeOffset time, bool intervened)
    {
        var agreement = _agreement.Mean(_policy.Smoothing);
        var rarity = _usualAgreement.Surprise(agreement);
        _usualAgreement.Add(agreement);
        if (_count <= _policy.MinimumPoints || intervened)
        {
            _accumulated = 0;
            return new AnomalyReading(0, intervened ? AnomalyState.Suppressed : AnomalyState.Learning);
        }

        // How much the signals agree, and how rarely they agree that much here: neither a quiet series nor a noisy one speaks too easily.
        var strength = Math.Sqrt(rarity * agreement);
        _accumulated = Math.Clamp(_accumulated + strength - _policy.UsualStrength, 0, _policy.MostAccumulated);
        var excess = _accumulated - (_policy.FatigueStep * _fatigue);
        var state = Decide(strength, excess);
        _fatigue += state == AnomalyState.Anomaly ? 1 : 0;
        return new AnomalyReading(ScoreOf(strength, excess, state), state, Leading(), OncePer(time, rarity));
    }

    // Page's cumulative sum (1954) decides; the rest keeps one upset from being reported twice.
    private AnomalyState Decide(double strength, double excess)
    {
        var rest = Math.Clamp(_policy.RestShare * _count, _policy.ShortestRest, _policy.LongestRest);
        var isResting = _count - _restsSince <= rest;
        if (isResting && strength > _policy.CalmStrength)
        {
            _restsSince = Math.Max(_restsSince, _count - (long)(rest / 2));
        }

        if (excess < _policy.AlarmAt)
        {
            return AnomalyState.Usual;
        }

        if (isResting)
        {
            return AnomalyState.Resting;
        }

        _restsSince = _count;
        return AnomalyState.Anomaly;
    }

    // An alarm scores by what it rests on, now and accumulated; the rest by its strength, short of one half.
    private double ScoreOf(double strength, double excess, AnomalyState state) => state == AnomalyState.Anomaly
        ? Math.Max(0.5, (strength + excess) / (strength + excess + _policy.UsualStrength + _policy.AlarmAt))
        : BelowAlarm * Math.Min(0.5, strength / (strength + _policy.UsualStrength));

    private AnomalySignal Leading()
    {
        var strongest = Array.IndexOf(_surprises, _surprises.Max());
        return strongest switch
        {
            0 => AnomalySignal.High,
            1 => AnomalySignal.Low,
            _ => SignalBank.Order[(strongest - 2) % SignalBank.Count],
        };
    }

    private TimeSpan? OncePer(DateTimeOffset time, double rarity)
    {
        var interval = (time - _firstAt) / Math.Max(1, _count - 1);
        return interval <= TimeSpan.Zero ? null : TimeSpan.FromSeconds(Math.Min(Rarest.TotalSeconds, interval.TotalSeconds * Math.Pow(10, rarity)));
    }
}
