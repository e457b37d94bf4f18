using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Health;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Alerts;

/// <summary>The values of the rules from what the keeper itself measures: probes, snapshots, the gateway's counters, the run ledger. What fails is unknown.</summary>
internal sealed class KeeperInputStore(KeeperSources sources, StateStore state, TimeProvider time) : IAlertInputStore
{
    private static readonly TimeSpan CounterWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestCounterWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RunsWindow = TimeSpan.FromHours(24);

    private readonly Queue<ClientCounters> _counters = new();
    private readonly SnapshotStore _snapshots = new(state);
    private readonly RunStore _runs = new(state);
    private readonly BackupRecordStore _backups = new(state);

    public async Task<AlertInputs> ReadAsync(string project, IReadOnlyList<Operand> questions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, Reading>();
        var limits = new Dictionary<string, double>();
        var verdicts = await ProbeService.CheckAsync(sources.Tiers, _ => "", sources.Health, time, cancellationToken);
        foreach (var verdict in verdicts.Where(verdict => verdict.Latency is not null))
        {
            values[$"{verdict.Tier.Word()}_latency_p95"] = new Reading(verdict.Latency!.Value.TotalMilliseconds, now);
        }

        await QuietlyAsync(() => SizesAsync(project, values, limits, cancellationToken));
        await QuietlyAsync(() => TrafficAsync(project, now, values, cancellationToken));
        var runs = await _runs.ListAsync(new RunFilter { Project = project, Since = now - RunsWindow, Limit = 500 }, cancellationToken);
        RunFigures.AddTo(values, runs, now);
        RunFigures.AddBackups(values, await _backups.LatestAsync(project, cancellationToken), now);
        values["dead_messages"] = new Reading(await state.FindAsync<long>("SELECT count(*) FROM alert_outbox WHERE project = @project AND transition > 0 AND dead_at IS NOT NULL", new { project }, cancellationToken), now);
        if (FreeShare(state.Location.Directory) is { } free)
        {
            values["disk_free"] = new Reading(free, now);
        }

        return new AlertInputs
        {
            Values = values,
            Limits = limits,
            Anomalies = null,
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

    // Hit ratio and lookups over the last hour, from the difference of two readings of counters that only grow.
    private async Task TrafficAsync(string project, DateTimeOffset now, Dictionary<string, Reading> values, CancellationToken cancellationToken)
    {
        if (sources.Tiers.OfType<PostgresTier>().FirstOrDefault() is not { } postgres || await ClientCounterStore.ReadAsync(postgres, project, now, cancellationToken) is not { } counters)
        {
            return;
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

    private static TierCondition Condition(TierHealth health) => health switch
    {
        TierHealth.Healthy => TierCondition.Healthy,
        TierHealth.Degraded => TierCondition.Degraded,
        TierHealth.Failed => TierCondition.Failed,
        TierHealth.NotConfigured => TierCondition.NotConfigured,
        _ => TierCondition.Unknown,
    };
}

/// <summary>The tiers to probe and what healthy means.</summary>
internal sealed record KeeperSources(IReadOnlyList<ITier> Tiers, HealthPolicy Health);
