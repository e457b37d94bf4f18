using CacheKeeper.Health;
using CacheKeeper.Recovery;
using CacheKeeper.Sandbox;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Verify.Recovery;

/// <summary>A keeper whose recovery loop runs, over a sandbox of its own that is broken and mended.</summary>
internal sealed class LiveKeeper : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    private LiveKeeper(SandboxHost host, string folder) => (Host, Folder) = (host, folder);

    public SandboxHost Host { get; }

    public string Folder { get; }

    public KeeperHost Keeper { get; private set; } = null!;

    public IncidentStore Incidents => new(Keeper.State);

    public ErrorLogs Logs { get; } = new();

    /// <summary>The recovery loop has ended though nobody stopped it.</summary>
    public bool HasFallen => _loop.IsCompleted;

    public static async Task<LiveKeeper> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-verify-").FullName;
        var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
        var live = new LiveKeeper(host, folder);
        await live.OpenAsync(cancellationToken);
        return live;
    }

    public RecoveryPolicy Policy { get; } = new()
    {
        // The shipped hold time is 30 s; here the seconds of recovery are counted, so the clock of looks is finer and the hold shorter.
        LookEvery = TimeSpan.FromSeconds(1),
        LookCloselyEvery = TimeSpan.FromMilliseconds(500),
        HoldTime = TimeSpan.FromSeconds(3),
        RetryAfter = TimeSpan.FromSeconds(5),

        // Faults are planted one after another: that they return is the check's doing, not the remedy's.
        ReturnsWithin = TimeSpan.Zero,
        MaxReturns = 20,
    };

    /// <summary>Opens the keeper on its state and starts its loop.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromSeconds(2);
        var settings = new KeeperSettings
        {
            Project = Host.Endpoints.Project,
            State = new StateSettings { Directory = Path.Combine(Folder, "state") },
            Postgresql = new PostgresSettings { Url = new Secret { Text = Host.Endpoints.KeeperDatabaseUrl }, Timeout = patience },
            Upstash = new RedisSettings { Url = Host.Endpoints.UpstashUrl, Token = new Secret { Text = Host.Endpoints.UpstashToken }, Timeout = patience },
            Mem0 = new Mem0Settings { Host = Host.Endpoints.Mem0Host, ApiKey = new Secret { Text = Host.Endpoints.Mem0ApiKey }, Timeout = patience },
            Scheduling = new SchedulingPolicy { Lease = TimeSpan.FromSeconds(2) },
            Health = new HealthPolicy { Timeout = patience, Thresholds = new HealthThresholds { Postgresql = patience, Upstash = patience, Mem0 = patience } },
            Recovery = Policy,
        };
        Keeper = await KeeperHost.OpenAsync(settings, TimeProvider.System, cancellationToken);
        _loop = new RecoveryHost(Keeper, Logs).RunAsync(_stop.Token);
    }

    public Task<RunRecord?> RunAsync(string job, CancellationToken cancellationToken) =>
        Keeper.Runner.RunAsync(JobCatalogHost.Create(job, Keeper), new JobRequest(Keeper.Project, RunTrigger.Manual) { Name = job }, cancellationToken);

    /// <summary>Waits until something holds; how long it took, or null when it did not within the limit.</summary>
    public static async Task<TimeSpan?> UntilAsync(Func<Task<bool>> holds, TimeSpan limit, CancellationToken cancellationToken)
    {
        var begun = System.Diagnostics.Stopwatch.StartNew();
        while (begun.Elapsed < limit)
        {
            if (await holds())
            {
                return begun.Elapsed;
            }

            await Task.Delay(100, cancellationToken);
        }

        return null;
    }

    /// <summary>Stops the loop and closes the keeper; the sandbox goes on.</summary>
    public async Task CloseAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _loop;
        }
        catch (OperationCanceledException)
        {
            // It was stopped.
        }

        await Keeper.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await Host.DisposeAsync();
        Logs.Dispose();
        _stop.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
