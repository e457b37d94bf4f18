using CacheKeeper.Client;
using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.Faults;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CacheKeeper.Verify.Recovery;

/// <summary>One project with a database and a state of its own, each tier behind a network and an HTTP front that can be broken: tries of a lane run one after the other.</summary>
internal sealed class FaultLane : IAsyncDisposable
{
    private const int Entries = 12;

    private readonly SandboxHost _host;
    private readonly string _folder;
    private readonly NpgsqlDataSource _owner;
    private readonly Dictionary<TierName, FaultProxy> _proxies = [];
    private readonly Dictionary<TierName, HttpFront> _fronts = [];
    private readonly string _keeperUrl;

    private FaultLane(SandboxHost host, string project, string folder)
    {
        (_host, Project, _folder) = (host, project, folder);
        _owner = NpgsqlDataSource.Create(PostgreSqlUrl.ToConnectionString(host.Databases.OwnerUrl(project, host.PostgreSql.Port)));
        _keeperUrl = host.Databases.KeeperUrl(project, host.PostgreSql.Port);
    }

    public string Project { get; }

    public StateStore State { get; private set; } = null!;

    public static async Task<FaultLane> StartAsync(SandboxHost host, string project, string folder, CancellationToken cancellationToken)
    {
        await host.Databases.AddAsync(project, 2, cancellationToken);
        var lane = new FaultLane(host, project, folder);
        lane._fronts[TierName.Upstash] = await HttpFront.StartAsync(host.Endpoints.UpstashUrl);
        lane._fronts[TierName.Mem0] = await HttpFront.StartAsync(host.Mem0.Url);
        lane._proxies[TierName.Upstash] = await FaultProxy.StartAsync(System.Net.IPEndPoint.Parse(lane._fronts[TierName.Upstash].Url.Authority));
        lane._proxies[TierName.Mem0] = await FaultProxy.StartAsync(System.Net.IPEndPoint.Parse(lane._fronts[TierName.Mem0].Url.Authority));
        lane._proxies[TierName.Postgresql] = await FaultProxy.StartAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, host.PostgreSql.Port));
        lane.State = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
        await lane.FillAsync(cancellationToken);
        return lane;
    }

    /// <summary>Puts a fault in force; those of the addresses (tls, dns) are in the settings of the keeper.</summary>
    public void Break(TierName tier, string fault)
    {
        if (Enum.TryParse<NetworkFault>(fault, out var network))
        {
            _proxies[tier].Set(network, TimeSpan.FromMilliseconds(network == NetworkFault.Delay ? 1500 : 100));
        }
        else if (_fronts.TryGetValue(tier, out var front) && fault is not ("tls" or "dns"))
        {
            front.Fault = new TierFault(fault, TimeSpan.FromSeconds(2));
        }
    }

    public void Mend(TierName tier)
    {
        _proxies[tier].Clear();
        if (_fronts.TryGetValue(tier, out var front))
        {
            front.Fault = null;
        }
    }

    /// <summary>A keeper of this lane's project, with short patience.</summary>
    public KeeperHost Open(TierName tier, string fault, ILoggerFactory logs, TimeProvider time)
    {
        string Http(TierName name) => name == tier && fault == "tls" ? $"https://127.0.0.1:{_proxies[name].Port}" : name == tier && fault == "dns" ? "http://nowhere.invalid" : $"http://127.0.0.1:{_proxies[name].Port}";
        var database = new NpgsqlConnectionStringBuilder(PostgreSqlUrl.ToConnectionString(_keeperUrl)) { Port = _proxies[TierName.Postgresql].Port };
        if (tier == TierName.Postgresql)
        {
            database.SslMode = fault == "tls" ? SslMode.Require : database.SslMode;
            database.Host = fault == "dns" ? "nowhere.invalid" : database.Host;
        }

        var patience = TimeSpan.FromSeconds(1);
        var settings = new KeeperSettings
        {
            Project = Project,
            State = new StateSettings { Directory = _folder },
            Postgresql = new PostgresSettings { Url = new Secret { Text = database.ConnectionString }, Timeout = patience },
            Upstash = new RedisSettings { Url = Http(TierName.Upstash), Token = new Secret { Text = _host.Endpoints.UpstashToken }, Timeout = patience },
            Mem0 = new Mem0Settings { Host = Http(TierName.Mem0), ApiKey = new Secret { Text = _host.Endpoints.Mem0ApiKey }, Timeout = patience },
            Scheduling = new SchedulingPolicy { LongestRun = FaultsCheck.Deadline },
            Cleanup = new CacheKeeper.Cleanup.CleanupPolicy { MaxShare = 1, Pace = CacheKeeper.Cleanup.Pace.PacePolicy.Full },
        };
        return KeeperHost.Open(settings, State, time, logs);
    }

    /// <summary>Lets some rows expire, so that there is something to remove; returns how many rows the project has, and others have.</summary>
    public async Task<(long Own, long Others)> AgeAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, created_at, ttl_seconds) SELECT md5(random()::text || g), 'q', 'r', $1, 'general', 'a', now() - interval '3 hours', 60 FROM generate_series(1, 3) g", cancellationToken);
        return await CountAsync(cancellationToken);
    }

    public async Task<(long Own, long Others)> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = _owner.CreateCommand("SELECT count(*) FILTER (WHERE project_name = $1), count(*) FILTER (WHERE project_name <> $1) FROM cache_entries");
        command.Parameters.Add(new NpgsqlParameter { Value = Project });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    public async ValueTask DisposeAsync()
    {
        await State.DisposeAsync();
        foreach (var proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }

        foreach (var front in _fronts.Values)
        {
            await front.DisposeAsync();
        }

        await _owner.DisposeAsync();
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        var options = _host.Endpoints.ForClient();
        (options.Project, options.DatabaseUrl, options.SaveTimeout) = (Project, _host.Databases.OwnerUrl(Project, _host.PostgreSql.Port), TimeSpan.FromSeconds(20));
        await using var cache = new TieredCache(options);
        for (var entry = 0; entry < Entries; entry++)
        {
            await cache.SaveAsync($"How much is payment {entry} of {Project}?", $"It is {entry} rupees.", cancellationToken: cancellationToken);
        }

        await ExecuteAsync("INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, created_at, ttl_seconds) SELECT md5($1 || g), 'q', 'r', 'someone-else', 'general', 'a', now() - interval '3 hours', 60 FROM generate_series(1, 3) g", cancellationToken);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _owner.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = Project });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
