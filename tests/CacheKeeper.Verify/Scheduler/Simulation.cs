using System.Security.Cryptography;
using System.Text;
using CacheKeeper.Cleanup;
using CacheKeeper.Cleanup.Pace;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>Many days of a whole keeper with two projects on a clock of its own: timetable, learning, health, collection, cleanup, alerts, restarts.</summary>
internal sealed class Simulation : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 10, 20, 0, 0, 30, TimeSpan.Zero);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LearnEvery = TimeSpan.FromMinutes(30);
    private readonly string _folder;
    private readonly Random _random;
    private readonly JumpingTime _time = new(Start);
    private readonly List<TimetableRunner> _runners = [];
    private readonly List<AlertHost> _alerts = [];

    private Simulation(int seed, string folder, StateStore state)
    {
        (_folder, _random, State) = (folder, new Random(seed), state);
        foreach (var name in (string[])["first", "second"])
        {
            var cache = new SimulatedCache(_random.Next(), _time);
            Caches.Add(cache);
            Keepers.Add(KeeperHost.Open(Settings(name, folder), state, _time, NullLoggerFactory.Instance, tiers: [.. cache.Tiers]));
        }
    }

    public StateStore State { get; }

    public List<KeeperHost> Keepers { get; } = [];

    public List<SimulatedCache> Caches { get; } = [];

    public int Restarts { get; private set; }

    public static DateTimeOffset From => Start;

    public DateTimeOffset Until => _time.GetUtcNow();

    public static async Task<Simulation> OpenAsync(int seed, CancellationToken cancellationToken)
    {
        // In memory where that is a folder: a month of commits need not wait for a disk.
        var parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(parent, "cachekeeper-simulation-" + Path.GetRandomFileName())).FullName;
        return new Simulation(seed, folder, await StateStore.OpenAsync(new StateLocation(folder), inTurn: true, cancellationToken));
    }

    public async Task LiveAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        var until = Start + span;
        while (_time.GetUtcNow() < until)
        {
            var now = _time.GetUtcNow();
            if (now.Minute == 0)
            {
                Caches.ForEach(cache => cache.LiveAnHour());
                await RestartSometimesAsync(cancellationToken);
            }

            await StepAsync(now, cancellationToken);
            _time.Move(Step);
        }
    }

    /// <summary>Every event in order, as one text: the ledger, the alerts, the anomalies, the removals.</summary>
    public async Task<string> EventsAsync(CancellationToken cancellationToken)
    {
        var runs = await State.QueryAsync<string>("SELECT run || ' ' || project || ' ' || job || ' ' || coalesce(scheduled_at, 0) || ' ' || started_at || ' ' || coalesce(outcome, '-') FROM runs ORDER BY run, started_at", null, cancellationToken);
        var alerts = await State.QueryAsync<string>("SELECT project || ' ' || at || ' ' || title || ' ' || phase_to FROM alert_transitions ORDER BY project, at, fingerprint, transition", null, cancellationToken);
        var anomalies = await State.QueryAsync<string>("SELECT project || ' ' || at || ' ' || series FROM anomalies ORDER BY project, at, series", null, cancellationToken);
        return string.Join('\n', runs.Concat(alerts).Concat(anomalies).Concat(Caches.SelectMany(cache => cache.Tiers).SelectMany(tier => tier.Removed)));
    }

    public async Task<string> DigestAsync(CancellationToken cancellationToken) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(await EventsAsync(cancellationToken))))[..12];

    public async ValueTask DisposeAsync()
    {
        _alerts.ForEach(alert => alert.Dispose());
        foreach (var keeper in Keepers)
        {
            await keeper.DisposeAsync();
        }

        await State.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static KeeperSettings Settings(string name, string folder) => new()
    {
        Project = name,
        State = new StateSettings { Directory = folder },
        Cleanup = new CleanupPolicy { Pace = PacePolicy.Full },
        Scheduling = new SchedulingPolicy { KeepRuns = TimeSpan.FromDays(10), WaiveBackup = !JobCatalogHost.IsAvailable(FixedJobs.Backup) },
    };

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        _runners.Clear();
        _alerts.ForEach(alert => alert.Dispose());
        _alerts.Clear();
        foreach (var keeper in Keepers)
        {
            var runner = new TimetableRunner(keeper.SchedulerParts, _time, NullLogger.Instance) { OneByOne = true };
            await runner.BeginAsync(cancellationToken);
            _runners.Add(runner);
            _alerts.Add(new AlertHost(keeper, NullLogger.Instance));
        }
    }

    private async Task StepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Keepers.Count; i++)
        {
            await _runners[i].TickAsync(cancellationToken);
            await _runners[i].SettleAsync();
            if (now.Minute % (int)LearnEvery.TotalMinutes == 0)
            {
                await new LearningService(Keepers[i], NullLogger.Instance).LookAsync(cancellationToken);
                await _alerts[i].Service.LookAsync(Keepers[i].Project, cancellationToken);
            }

            if (now is { Hour: 12, Minute: 0 })
            {
                await _alerts[i].Service.TidyAsync(Keepers[i].Project, cancellationToken);
            }
        }
    }

    // The keeper is away for a while, as after a crash or a night's maintenance; the world goes on.
    private async Task RestartSometimesAsync(CancellationToken cancellationToken)
    {
        if (_random.NextDouble() >= 0.01)
        {
            return;
        }

        Restarts++;
        for (var hours = _random.Next(0, 9); hours > 0; hours--)
        {
            _time.Move(TimeSpan.FromHours(1));
            Caches.ForEach(cache => cache.LiveAnHour());
        }

        await BeginAsync(cancellationToken);
    }
}
