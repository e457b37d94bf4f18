using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Anomalies;
using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Health;
using CacheKeeper.Metrics;
using CacheKeeper.Recovery;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Alerts;

/// <summary>
/// The values of the rules: what the metrics room collected, and fresher where a look is cheap (probes, the gateway's counters, the run ledger).
/// What fails is unknown.
/// </summary>
internal sealed class KeeperInputStore(KeeperSources sources, StateStore state, TimeProvider time) : IAlertInputStore
{
    private static readonly TimeSpan CounterWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestCounterWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RunsWindow = TimeSpan.FromHours(24);
    private static readonly TimeSpan SamplesWindow = TimeSpan.FromDays(1);

    private readonly Queue<ClientCounters> _counters = new();
    private readonly SnapshotStore _snapshots = new(state);
    private readonly SampleStore _samples = new(state);
    private readonly ForecastStore _forecasts = new(state);
    private readonly AnomalyStore _anomalies = new(state);
    private readonly CollectionStore _collection = new(state);
    private readonly RunStore _runs = new(state);
    private readonly BackupRecordStore _backups = new(state);

    public async Task<AlertInputs> ReadAsync(string project, IReadOnlyList<Operand> questions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = (await _samples.LatestAsync(project, now - SamplesWindow, cancellationToken)).Where(pair => SeriesName.Parse(pair.Key).Category is null)
            .ToDictionary(pair => pair.Key, pair => new Reading(pair.Value.Value, pair.Value.At));
        var limits = new Dictionary<string, double>();
        var verdicts = await ProbeService.CheckAsync(sources.Tiers, _ => "", sources.Health, time, cancellationToken);
        foreach (var verdict in verdicts.Where(verdict => verdict.Latency is not null))
        {
            values[$"{verdict.Tier.Word()}_latency_p95"] = new Reading(verdict.Latency!.Value.TotalMilliseconds, now);
        }

        await QuietlyAsync(() => SizesAsync(project, values, limits, cancellationToken));
        await QuietlyAsync(() => TrafficAsync(project, now, values, cancellationToken));
        var runs = await _runs.ListAsync(new RunFilter { Project = project, Since = now - RunsWindow, Limit = 500, Brief = true }, cancellationToken);
        RunFigures.AddTo(values, runs, now);
        RunFigures.AddBackups(values, await _backups.LatestAsync(project, cancellationToken), now);
        values["dead_messages"] = new Reading(await state.FindAsync<long>("SELECT count(*) FROM alert_outbox WHERE project = @project AND transition > 0 AND dead_at IS NOT NULL", new { project }, cancellationToken), now);
        values["incidents_need_person"] = new Reading((await new IncidentStore(state).OpenAsync(project, cancellationToken)).Count(incident => incident.NeedsPerson), now);
        if (FreeShare(state.Location.Directory) is { } free)
        {
            values["disk_free"] = new Reading(free, now);
        }

        return new AlertInputs
        {
            Values = values,
            Limits = limits,
            Answers = await AnswersAsync(project, questions, now, cancellationToken),
            Anomalies = await AnomaliesAsync(project, now, cancellationToken),
            Interventions = Interventions.Of(runs),
            Tiers = verdicts.ToDictionary(verdict => verdict.Tier.Word(), verdict => Condition(verdict.Health)),
        };
    }

    private async Task SizesAsync(string project, Dictionary<string, Reading> values, Dictionary<string, double> limits, CancellationToken cancellationToken)
    {
        var snapshots = new List<TierSnapshot>();
        foreach (var tier in sources.Tiers)
        {
            if (await _snapshots.LatestAsync(project, tier.Name, cancellationToken) is { } snapshot)
            {
                snapshots.Add(snapshot);
            }
        }

        TierFigures.AddTo(values, limits, snapshots);
    }

    // Hit ratio and lookups over the last hour, from the difference of two readings of counters that only grow. The collection's readings reach back beyond our start.
    private async Task TrafficAsync(string project, DateTimeOffset now, Dictionary<string, Reading> values, CancellationToken cancellationToken)
    {
        if (sources.Tiers.OfType<PostgresTier>().FirstOrDefault() is not { } postgres || await ClientCounterStore.ReadAsync(postgres, project, now, cancellationToken) is not { } counters)
        {
            return;
        }

        if (_counters.Count == 0)
        {
            foreach (var reading in (await _collection.ReadAsync(project, cancellationToken)).Readings.Where(reading => reading.ReadAt < now && now - reading.ReadAt <= 2 * CounterWindow))
            {
                _counters.Enqueue(reading);
            }
        }

        _counters.Enqueue(counters);
        while (_counters.Count > 2 && now - _counters.ElementAt(1).ReadAt >= CounterWindow)
        {
            _counters.Dequeue();
        }

        var earliest = _counters.Peek();
        if (now - earliest.ReadAt >= ShortestCounterWindow)
        {
            TierFigures.AddTraffic(values, counters.Since(earliest), now - earliest.ReadAt, now);
        }
    }

    private async Task<IReadOnlyDictionary<Operand, double>> AnswersAsync(string project, IReadOnlyList<Operand> questions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<Operand, double>();
        var forecasts = questions.OfType<Operand.Forecast>().Any() ? await _forecasts.LatestAsync(project, cancellationToken) : new Dictionary<string, StoredForecast>();
        foreach (var question in questions)
        {
            IReadOnlyList<TimedValue> samples = AlertAnswers.Metric(question) is { } metric ? await _samples.ReadAsync(project, metric, now - AlertAnswers.LooksBack(question), now.AddMilliseconds(1), cancellationToken) : [];
            var answer = question switch
            {
                Operand.Forecast forecast => AlertAnswers.Of(forecast, forecasts.GetValueOrDefault(forecast.Name), now),
                Operand.Windowed windowed => AlertAnswers.Of(windowed, samples, now),
                Operand.BurnRate burn => AlertAnswers.Of(burn, samples, now),
                _ => null,
            };
            if (answer is { } known)
            {
                answers[question] = known;
            }
        }

        return answers;
    }

    private async Task<IReadOnlyList<OpenAnomaly>> AnomaliesAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var alarms = await _anomalies.AlarmsAsync(project, now - SamplesWindow, now.AddMilliseconds(1), cancellationToken);
        return
        [
            .. from finding in AnomalyGrouper.Group(alarms, AnomalyGroupingPolicy.Default)
               where now - finding.LastAt <= sources.AnomalyOpenFor
               from alarm in finding.Followers.Prepend(finding.First)
               select new OpenAnomaly(SeriesName.Parse(alarm.Series).Metric, Severity(finding.Severity), finding.StartedAt, finding.Message),
        ];
    }

    // A tier that is down must not hide what the others say.
    private static async Task QuietlyAsync(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (TierException)
        {
        }
    }

    private static double? FreeShare(string folder)
    {
        try
        {
            var drive = new DriveInfo(Path.GetFullPath(folder));
            return drive.TotalSize > 0 ? (double)drive.AvailableFreeSpace / drive.TotalSize : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static AlertSeverity Severity(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Critical => AlertSeverity.Critical,
        FindingSeverity.Warning => AlertSeverity.Warning,
        _ => AlertSeverity.Info,
    };

    private static TierCondition Condition(TierHealth health) => health switch
    {
        TierHealth.Healthy => TierCondition.Healthy,
        TierHealth.Degraded => TierCondition.Degraded,
        TierHealth.Failed => TierCondition.Failed,
        TierHealth.NotConfigured => TierCondition.NotConfigured,
        _ => TierCondition.Unknown,
    };
}

/// <summary>The tiers to probe and what healthy means; how long after its last alarm an anomaly is open.</summary>
internal sealed record KeeperSources(IReadOnlyList<ITier> Tiers, HealthPolicy Health)
{
    public TimeSpan AnomalyOpenFor { get; init; } = TimeSpan.FromHours(2);
}
