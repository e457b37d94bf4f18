using CacheKeeper.Client;
using CacheKeeper.Health;
using CacheKeeper.Recovery;
using CacheKeeper.Sandbox.Faults;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;

namespace CacheKeeper.Tests.Recovery;

/// <summary>A keeper with its recovery on real PostgreSQL, Redis and Mem0, each behind a proxy that the test breaks; time moves only when told.</summary>
internal sealed class RecoveryRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<TierName, FaultProxy> _proxies = [];

    public KeeperHost Keeper { get; private set; } = null!;

    public RecoveryHost Recovery { get; private set; } = null!;

    public MovedTime Time { get; } = new();

    public CacheKeeperClientOptions Options { get; private set; } = null!;

    public FaultProxy this[TierName tier] => _proxies[tier];

    public static async Task<RecoveryRig> StartAsync(SandboxFixture sandbox, Func<KeeperSettings, KeeperSettings>? change = null)
    {
        var rig = new RecoveryRig { Options = await sandbox.NewClientOptionsAsync() };
        var host = await sandbox.StartedAsync();
        var (database, upstash, mem0) = (new Uri(rig.Options.DatabaseUrl!), new Uri(host.Endpoints.UpstashUrl), new Uri(host.Endpoints.Mem0Host));
        foreach (var (tier, target) in new[] { (TierName.Postgresql, database), (TierName.Upstash, upstash), (TierName.Mem0, mem0) })
        {
            rig._proxies[tier] = await FaultProxy.StartAsync(System.Net.IPEndPoint.Parse(target.Authority.Split('@')[^1]));
        }

        string Through(Uri address, TierName tier) => new UriBuilder(address) { Port = rig[tier].Port, Host = "127.0.0.1" }.Uri.ToString().TrimEnd('/');
        var settings = new KeeperSettings
        {
            Project = rig.Options.Project,
            State = new StateSettings { Directory = rig._folder },
            Postgresql = new PostgresSettings { Url = new Secret { Text = Through(database, TierName.Postgresql) }, Timeout = TimeSpan.FromSeconds(20) },
            Upstash = new RedisSettings { Url = Through(upstash, TierName.Upstash), Token = new Secret { Text = host.Endpoints.UpstashToken }, Timeout = TimeSpan.FromSeconds(20) },
            Mem0 = new Mem0Settings { Host = Through(mem0, TierName.Mem0), ApiKey = new Secret { Text = host.Endpoints.Mem0ApiKey }, Timeout = TimeSpan.FromSeconds(20) },
            Directives = new() { Patience = TimeSpan.FromSeconds(20) },

            // Slowness of two busy cores is no symptom here.
            Health = new HealthPolicy { Timeout = TimeSpan.FromSeconds(20), Thresholds = new HealthThresholds { Postgresql = TimeSpan.FromMinutes(1), Upstash = TimeSpan.FromMinutes(1), Mem0 = TimeSpan.FromMinutes(1) } },
        };
        rig.Keeper = await KeeperHost.OpenAsync(change?.Invoke(settings) ?? settings, rig.Time, TestContext.Current.CancellationToken);
        rig.Recovery = new RecoveryHost(rig.Keeper, NullLogger.Instance);
        return rig;
    }

    public async Task<RecoveryLook> LookAsync(double secondsLater = 0)
    {
        Time.Ahead += TimeSpan.FromSeconds(secondsLater);
        var look = await Recovery.Service.LookAsync(TestContext.Current.CancellationToken);
        await Recovery.Service.SettleAsync();
        return look;
    }

    /// <summary>Looks until nothing is open; fails after so many looks.</summary>
    public async Task<TimeSpan> LookUntilOverAsync(int most = 60)
    {
        var begun = Time.GetUtcNow();
        for (var look = 0; look < most; look++)
        {
            if ((await LookAsync(5)).Open.Count == 0)
            {
                return Time.GetUtcNow() - begun;
            }
        }

        Assert.Fail("It is never over.");
        return default;
    }

    public Task<DirectivesDocument> DirectivesAsync() => Keeper.Directives.ReadAsync(TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<IncidentEvent>> TimelineAsync()
    {
        var incident = (await Recovery.Incidents.ListAsync(Keeper.Project, DateTimeOffset.UnixEpoch, 10, TestContext.Current.CancellationToken))[0];
        return await Recovery.Incidents.TimelineAsync(Keeper.Project, incident.Id, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Keeper.DisposeAsync();
        foreach (var proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }

        _folder.Dispose();
    }
}

/// <summary>The real clock, moved ahead by hand: real connections have their real time-outs, and no test waits for a hold time.</summary>
internal sealed class MovedTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
