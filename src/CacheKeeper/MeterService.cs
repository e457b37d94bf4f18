using System.Data.Common;
using System.Diagnostics.Metrics;
using CacheKeeper.Alerts;
using CacheKeeper.Metrics;

namespace CacheKeeper;

/// <summary>Keeps the newest sample of every series, and the last run of every job, as gauges. It asks the keeper's own state only, never a tier.</summary>
internal sealed class MeterService(ProjectsHost projects, ILogger<MeterService> log) : BackgroundService
{
    public const string Name = "CacheKeeper";

    /// <summary>Names of the gauges beside those of the catalogue.</summary>
    public static readonly IReadOnlyDictionary<string, string> Own = new Dictionary<string, string>
    {
        ["cachekeeper_sample_timestamp_seconds"] = "when the newest samples of the project were taken",
        ["cachekeeper_job_last_run_timestamp_seconds"] = "when the job last began",
        ["cachekeeper_job_last_duration_seconds"] = "how long its last run took",
        ["cachekeeper_job_last_success"] = "1 when its last run ended well (done, or nothing to do), else 0",
        ["cachekeeper_alerts_firing"] = "alerts that fire now",
    };

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private readonly Meter _meter = new(Name);
    private volatile IReadOnlyDictionary<string, IReadOnlyList<Measurement<double>>> _gauges = new Dictionary<string, IReadOnlyList<Measurement<double>>>();

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        foreach (var family in MetricCatalogue.Keeper.All.Where(metric => metric.IsStored).Select(metric => ExposedName.Of(metric.Name)).DistinctBy(name => name.Family))
        {
            _meter.CreateObservableGauge(family.Family, () => Gauge(family.Family), unit: null, family.Help);
        }

        foreach (var (name, help) in Own)
        {
            _meter.CreateObservableGauge(name, () => Gauge(name), unit: null, help);
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _gauges = await ReadAsync(stoppingToken);
                await Task.Delay(Every, projects.Time, stoppingToken);
            }
            catch (DbException e)
            {
                log.LogWarning("The newest figures could not be read: {Reason}", e.Message);
                await Task.Delay(Every, projects.Time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }
    }

    private IReadOnlyList<Measurement<double>> Gauge(string family) => _gauges.TryGetValue(family, out var values) ? values : [];

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<Measurement<double>>>> ReadAsync(CancellationToken cancellationToken)
    {
        var gauges = new Dictionary<string, List<Measurement<double>>>();
        foreach (var keeper in projects.All)
        {
            await AddSamplesAsync(gauges, keeper, cancellationToken);
            await AddJobsAsync(gauges, keeper, cancellationToken);
        }

        return gauges.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<Measurement<double>>)pair.Value);
    }

    private static async Task AddSamplesAsync(Dictionary<string, List<Measurement<double>>> gauges, KeeperHost keeper, CancellationToken cancellationToken)
    {
        var latest = await new SampleStore(keeper.State).LatestAsync(keeper.Project, keeper.Time.GetUtcNow() - Fresh, cancellationToken);
        foreach (var (series, value) in latest)
        {
            var name = ExposedName.Of(series);
            Add(gauges, name.Family, value.Value * name.Factor, keeper.Project, ("tier", name.Tier), ("category", name.Category));
        }

        if (latest.Count > 0)
        {
            Add(gauges, "cachekeeper_sample_timestamp_seconds", latest.Values.Max(value => value.At).ToUnixTimeSeconds(), keeper.Project);
        }
    }

    private static async Task AddJobsAsync(Dictionary<string, List<Measurement<double>>> gauges, KeeperHost keeper, CancellationToken cancellationToken)
    {
        foreach (var (job, run) in await keeper.Runs.LatestAsync(keeper.Project, cancellationToken))
        {
            Add(gauges, "cachekeeper_job_last_run_timestamp_seconds", run.StartedAt.ToUnixTimeSeconds(), keeper.Project, ("job", job));
            if (run.EndedAt is { } ended)
            {
                Add(gauges, "cachekeeper_job_last_duration_seconds", (ended - run.StartedAt).TotalSeconds, keeper.Project, ("job", job));
                Add(gauges, "cachekeeper_job_last_success", run.Outcome is Scheduling.RunOutcome.Done or Scheduling.RunOutcome.NothingToDo ? 1 : 0, keeper.Project, ("job", job));
            }
        }

        var alerts = await new AlertStore(keeper.State).StatesAsync(keeper.Project, cancellationToken);
        Add(gauges, "cachekeeper_alerts_firing", alerts.Values.Count(alert => alert.Phase == AlertPhase.Firing), keeper.Project);
    }

    private static void Add(Dictionary<string, List<Measurement<double>>> gauges, string family, double value, string project, params (string Name, string? Value)[] labels)
    {
        var tags = labels.Where(label => label.Value is not null).Select(label => new KeyValuePair<string, object?>(label.Name, label.Value)).Prepend(new("project", project));
        (gauges.TryGetValue(family, out var list) ? list : gauges[family] = []).Add(new Measurement<double>(value, tags));
    }
}
