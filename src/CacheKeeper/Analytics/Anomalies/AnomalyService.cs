using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Analytics.Anomalies;

/// <summary>Lets one detector for each watched series listen to what came in since it last did.</summary>
internal sealed class AnomalyService(StateStore state, AnalyticsPolicy policy, AnomalyPolicy listening)
{
    private readonly AnomalyStore _store = new(state);
    private readonly SampleStore _samples = new(state);
    private readonly RunStore _runs = new(state);

    /// <summary>Judges all samples until now.</summary>
    /// <param name="gap">When nothing was collected for a while, what was counted since then belongs to no one moment: counts are learned, not judged.</param>
    /// <returns>The alarms that are new.</returns>
    public async Task<IReadOnlyList<AnomalyAlarm>> ListenAsync(string project, DateTimeOffset now, TimeSpan rawKept, TimeSpan gap, CancellationToken cancellationToken)
    {
        var saved = await _store.DetectorsAsync(project, cancellationToken);
        var names = (await _samples.NamesAsync(project, cancellationToken)).Where(IsWatched).ToList();
        var earliest = names.TrueForAll(saved.ContainsKey) && names.Count > 0 ? names.Min(name => saved[name].SeenUntil) : now - rawKept;
        var interventions = Interventions.Of(await _runs.ListAsync(new RunFilter { Project = project, Since = earliest - listening.ExplainedFor - TimeSpan.FromDays(1), Limit = 100_000, Brief = true }, cancellationToken));
        var (alarms, toSave) = (new List<AnomalyAlarm>(), new Dictionary<string, SavedDetector>());
        foreach (var name in names)
        {
            var (detector, since, goesOn) = Load(saved.GetValueOrDefault(name), now - rawKept);
            var values = await _samples.ReadAsync(project, name, since, now.AddMilliseconds(1), cancellationToken);
            alarms.AddRange(Listen(name, detector, values, interventions, gap));
            if (values.Count > 0 && (!goesOn || values[^1].At - saved[name].SeenUntil >= policy.SaveDetectorsEvery))
            {
                toSave[name] = new SavedDetector(values[^1].At, detector.Save());
            }
        }

        var added = await _store.AddAsync(project, alarms, cancellationToken);
        await _store.SaveAsync(project, toSave, cancellationToken);
        await _store.ForgetAsync(project, now - policy.KeepFindings, cancellationToken);
        return added;
    }

    private static bool IsWatched(string series) => MetricCatalogue.Keeper.OfSeries(series) is { Watched: true };

    private IEnumerable<AnomalyAlarm> Listen(string series, AnomalyDetector detector, IReadOnlyList<TimedValue> values, IReadOnlyList<Intervention> interventions, TimeSpan gap)
    {
        var counts = MetricCatalogue.Keeper.OfSeries(series)!.Fold == MetricFold.Sum;
        DateTimeOffset? before = null;
        foreach (var (at, value) in values)
        {
            var ours = Interventions.AnyExplains(interventions, at, listening.ExplainedFor) || (counts && before is { } last && at - last > gap);
            var reading = detector.Observe(at, value, ours);
            before = at;
            if (reading.IsAnomaly)
            {
                yield return new AnomalyAlarm(series, at, value, reading.Score, reading.Leading!.Value, reading.OncePer);
            }
        }
    }

    // A state of another version is learned anew from the samples there still are.
    private (AnomalyDetector Detector, DateTimeOffset Since, bool GoesOn) Load(SavedDetector? saved, DateTimeOffset otherwise)
    {
        if (saved is not null)
        {
            try
            {
                return (AnomalyDetector.Load(saved.State, listening), saved.SeenUntil.AddMilliseconds(1), true);
            }
            catch (FormatException)
            {
            }
        }

        return (new AnomalyDetector(listening), otherwise, false);
    }
}
