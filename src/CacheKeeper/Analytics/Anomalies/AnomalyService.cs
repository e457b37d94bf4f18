using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Analytics.Anomalies;

/// <summary>Lets one detector for each watched series of a project listen to what came in since it last did.</summary>
internal sealed class AnomalyService(StateStore state, string project, AnalyticsPolicy policy, AnomalyPolicy listening)
{
    /// <summary>Other keepers' samples may come this late.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);

    /// <summary>More detectors than this (some 64 KB each at most) are read from the state each time instead.</summary>
    private const int MostKept = 300;

    private readonly AnomalyStore _store = new(state);
    private readonly SampleStore _samples = new(state);
    private readonly RunStore _runs = new(state);

    // Detectors stay in memory from one collection to the next: reading and parsing all of them was most of a collection's work. What one has
    // heard follows from the samples alone, so it does not matter which keeper made the collections in between.
    private ProjectListener? _listener;

    /// <summary>Judges all samples until now.</summary>
    /// <param name="gap">When nothing was collected for a while, what was counted since then belongs to no one moment: counts are learned, not judged.</param>
    /// <returns>The alarms that are new.</returns>
    public async Task<IReadOnlyList<AnomalyAlarm>> ListenAsync(DateTimeOffset now, TimeSpan rawKept, TimeSpan gap, CancellationToken cancellationToken)
    {
        // One that fails half-way has heard what nobody was told: it is taken out, and what was saved hears it again next time.
        var listener = Interlocked.Exchange(ref _listener, null) ?? ProjectListener.Load(await _store.DetectorsAsync(project, cancellationToken), now - rawKept, listening);
        var alarms = await HearAsync(listener, now, gap, cancellationToken);
        var added = await _store.AddAsync(project, alarms, cancellationToken);
        await _store.SaveAsync(project, listener.ToSave(policy.SaveDetectorsEvery), cancellationToken);
        await _store.ForgetAsync(project, now - policy.KeepFindings, cancellationToken);
        listener.Rest(now);
        _listener = listener.Count <= MostKept ? listener : null;
        return added;
    }

    private async Task<List<AnomalyAlarm>> HearAsync(ProjectListener listener, DateTimeOffset now, TimeSpan gap, CancellationToken cancellationToken)
    {
        var since = listener.HeardUntil - Late;
        var interventions = Interventions.Of(await _runs.ListAsync(Interventions.Among(project, since - listening.ExplainedFor - TimeSpan.FromDays(1)), cancellationToken));
        var alarms = new List<AnomalyAlarm>();
        await foreach (var (series, value) in _samples.StreamAsync(project, since, now.AddMilliseconds(1), cancellationToken))
        {
            if (MetricCatalogue.Keeper.OfSeries(series) is { Watched: true } metric && listener.Hear(series, value, Explains) is { } alarm)
            {
                alarms.Add(alarm);
            }

            bool Explains(DateTimeOffset? before, DateTimeOffset at) =>
                Interventions.AnyExplains(interventions, at, listening.ExplainedFor) || (metric.Fold == MetricFold.Sum && at - before > gap);
        }

        return alarms;
    }
}
