using CacheKeeper.Metrics;

namespace CacheKeeper.Analytics.Anomalies;

/// <summary>The detectors of one project's series, and until when all of them have listened.</summary>
/// <param name="heardUntil">Nothing before this is new to any of them.</param>
internal sealed class ProjectListener(IReadOnlyDictionary<string, ListeningDetector> known, DateTimeOffset heardUntil, AnomalyPolicy policy)
{
    private readonly Dictionary<string, ListeningDetector> _detectors = new(known, StringComparer.Ordinal);

    public DateTimeOffset HeardUntil { get; private set; } = heardUntil;

    /// <summary>Series listened to.</summary>
    public int Count => _detectors.Count;

    /// <summary>Goes on from what was saved; what cannot be read (another version) is learned anew from the samples there still are.</summary>
    /// <param name="earliest">Samples before this are not kept.</param>
    public static ProjectListener Load(IReadOnlyDictionary<string, SavedDetector> saved, DateTimeOffset earliest, AnomalyPolicy policy)
    {
        var known = new Dictionary<string, ListeningDetector>();
        foreach (var (series, detector) in saved)
        {
            try
            {
                known[series] = new ListeningDetector(AnomalyDetector.Load(detector.State, policy), detector.SeenUntil);
            }
            catch (FormatException)
            {
            }
        }

        // A series that is no longer collected must not have its whole past read for ever.
        var heard = known.Count == saved.Count && known.Count > 0 ? known.Values.Min(detector => detector.HeardUntil!.Value) : earliest;
        return new ProjectListener(known, heard > earliest ? heard : earliest, policy);
    }

    /// <summary>Lets the series' detector hear a value; one it has heard before is not heard again.</summary>
    /// <param name="explains">Whether what is new at that time, after the value before it, is explained: learned but not judged.</param>
    public AnomalyAlarm? Hear(string series, TimedValue value, Func<DateTimeOffset?, DateTimeOffset, bool> explains)
    {
        if (!_detectors.TryGetValue(series, out var detector))
        {
            _detectors[series] = detector = new ListeningDetector(new AnomalyDetector(policy), null);
        }

        if (detector.HeardUntil >= value.At)
        {
            return null;
        }

        var reading = detector.Hear(value, explains(detector.HeardUntil, value.At));
        return reading.IsAnomaly ? new AnomalyAlarm(series, value.At, value.Value, reading.Score, reading.Leading!.Value, reading.OncePer) : null;
    }

    public void Rest(DateTimeOffset now) => HeardUntil = now > HeardUntil ? now : HeardUntil;

    /// <summary>What has changed since it was last saved for at least that long, to be saved now.</summary>
    public IReadOnlyDictionary<string, SavedDetector> ToSave(TimeSpan every) => _detectors
        .Where(pair => pair.Value.IsDue(every))
        .ToDictionary(pair => pair.Key, pair => pair.Value.Save());
}

/// <summary>A detector at work: what it has heard until when, and how much of that is saved.</summary>
/// <param name="savedUntil">What it had heard when it was saved; null for one that never was.</param>
internal sealed class ListeningDetector(AnomalyDetector detector, DateTimeOffset? savedUntil)
{
    private DateTimeOffset? _savedUntil = savedUntil;

    /// <summary>The time of the newest value heard; null before the first.</summary>
    public DateTimeOffset? HeardUntil { get; private set; } = savedUntil;

    public AnomalyReading Hear(TimedValue value, bool explained)
    {
        HeardUntil = value.At;
        return detector.Observe(value.At, value.Value, explained);
    }

    public bool IsDue(TimeSpan every) => HeardUntil is { } heard && heard != _savedUntil && (_savedUntil is not { } saved || heard - saved >= every);

    public SavedDetector Save()
    {
        _savedUntil = HeardUntil;
        return new SavedDetector(HeardUntil!.Value, detector.Save());
    }
}
