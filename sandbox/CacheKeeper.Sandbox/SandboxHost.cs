using System.Net;
using CacheKeeper.Client;
using CacheKeeper.Sandbox.Faults;
using CacheKeeper.Sandbox.Mem0;
using CacheKeeper.Sandbox.PostgreSql;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Sandbox.Upstash;

namespace CacheKeeper.Sandbox;

/// <summary>The three tiers on this machine: starts all of them together, ends all of them together.</summary>
internal sealed class SandboxHost : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> started = new();
    private readonly SkewedTime mem0Time = new();
    private readonly SandboxSettings settings;

    private SandboxHost(SandboxSettings settings) => this.settings = settings;

    public SandboxAddresses Endpoints { get; private set; } = null!;

    /// <summary>Makes further databases with the gateway's tables; one a test keeps tests apart.</summary>
    public GatewayDatabases Databases { get; private set; } = null!;

    /// <summary>What runs here, a sentence a part, for people.</summary>
    public IReadOnlyList<string> Parts { get; private set; } = [];

    public PostgreSqlServer PostgreSql { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    public UpstashFront Upstash { get; private set; } = null!;

    public Mem0Server Mem0 { get; private set; } = null!;

    /// <summary>Breaks and mends the tiers; also at <c>/sandbox/faults</c> of the Upstash address.</summary>
    public SandboxFaults Faults { get; private set; } = null!;

    /// <summary>Starts everything; when one part fails, what already runs is ended again.</summary>
    public static async Task<SandboxHost> StartAsync(SandboxSettings settings, CancellationToken cancellationToken)
    {
        var host = new SandboxHost(settings);
        try
        {
            await host.StartPartsAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends everything, the last started first.</summary>
    public async ValueTask DisposeAsync()
    {
        while (started.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        if (!settings.Keep)
        {
            Unprivileged.Forget(ClusterOf(settings));
        }
    }

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(settings.Folder);
        var memory = SandboxMemory.Open(settings.Folder);
        var database = StartPostgreSqlAsync(settings, memory.TakePort("postgresql_server"), cancellationToken);
        var redis = RedisServer.StartAsync(settings.Keep ? Path.Combine(settings.Folder, "redis") : null, memory.TakePort("redis_server"), cancellationToken);
        try
        {
            await Task.WhenAll(database, redis);
        }
        finally
        {
            await KeepAsync(database);
            await KeepAsync(redis);
        }

        PostgreSql = await database;
        Redis = await redis;
        Databases = new GatewayDatabases(PostgreSql, memory.Secret("gateway_password"), memory.Secret("keeper_password"));
        await Databases.PrepareAsync(settings.Project, settings.Schema, cancellationToken);
        var databaseProxy = await StartProxyAsync(PostgreSql.Port, memory.TakePort("postgresql"));
        var redisProxy = await StartProxyAsync(Redis.Port, memory.TakePort("redis"));
        Mem0 = await StartMem0Async(settings, memory, cancellationToken);
        var mem0Proxy = await StartProxyAsync(new Uri(Mem0.Url).Port, memory.TakePort("mem0"));
        var proxies = new Dictionary<string, FaultProxy[]>
        {
            [CacheTiers.PostgreSql] = [databaseProxy],
            [CacheTiers.Upstash] = [redisProxy],
            [CacheTiers.Mem0] = [mem0Proxy],
        };
        Faults = new SandboxFaults(Databases, proxies, mem0Time, full => Upstash.Full = full);
        Upstash = await StartFrontAsync(memory, cancellationToken);
        Endpoints = Describe(settings, memory, databaseProxy.Port, redisProxy.Port, mem0Proxy.Port);
        Parts =
        [
            $"{"PostgreSQL " + PostgreSql.Version,-24}127.0.0.1:{databaseProxy.Port}",
            $"{Redis.Kind,-24}127.0.0.1:{redisProxy.Port}, behind an Upstash REST front on {Upstash.Url}",
            $"{"Mem0-compatible server",-24}{Endpoints.Mem0Host}",
        ];
        memory.Save(settings.Folder);
    }

    private static string ClusterOf(SandboxSettings settings) => Path.Combine(Path.GetFullPath(settings.Folder), "postgresql");

    private static Task<PostgreSqlServer> StartPostgreSqlAsync(SandboxSettings settings, int port, CancellationToken cancellationToken)
    {
        var folder = ClusterOf(settings);
        var reachable = Unprivileged.Account() is null ? folder : Unprivileged.Reachable(folder);
        return PostgreSqlServer.StartAsync(new PostgreSqlSettings(reachable, port, settings.SafeWrites), cancellationToken);
    }

    private async Task<Mem0Server> StartMem0Async(SandboxSettings settings, SandboxMemory memory, CancellationToken cancellationToken)
    {
        var server = await Mem0Server.StartAsync(
            new Mem0ServerSettings
            {
                Folder = Path.Combine(settings.Folder, "mem0"),
                ApiKey = memory.Secret("mem0_api_key", "m0-"),
                Port = memory.TakePort("mem0_server"),
                Time = mem0Time,
                Interfere = context => Faults.InterfereAsync(CacheTiers.Mem0, context),
            },
            cancellationToken);
        started.Push(server);
        return server;
    }

    private async Task<UpstashFront> StartFrontAsync(SandboxMemory memory, CancellationToken cancellationToken)
    {
        var front = await UpstashFront.StartAsync(
            new UpstashFrontSettings
            {
                Redis = Redis.EndPoint,
                Token = memory.Secret("upstash_token"),
                ReadOnlyToken = memory.Secret("upstash_read_only_token"),
                Port = memory.TakePort("upstash"),
                MapMore = application => FaultEndpoints.Map(application, Faults),
                Interfere = context => Faults.InterfereAsync(CacheTiers.Upstash, context),
            },
            cancellationToken);
        started.Push(front);
        return front;
    }

    private async Task<FaultProxy> StartProxyAsync(int target, int port)
    {
        var proxy = await FaultProxy.StartAsync(new IPEndPoint(IPAddress.Loopback, target), port);
        started.Push(proxy);
        return proxy;
    }

    private SandboxAddresses Describe(SandboxSettings settings, SandboxMemory memory, int databasePort, int redisPort, int mem0Port) => new()
    {
        Project = settings.Project,
        DatabaseUrl = Databases.OwnerUrl(settings.Project, databasePort),
        KeeperDatabaseUrl = Databases.KeeperUrl(settings.Project, databasePort),
        UpstashUrl = Upstash.Url,
        UpstashToken = memory.Secret("upstash_token"),
        UpstashReadOnlyToken = memory.Secret("upstash_read_only_token"),
        RedisUrl = $"redis://127.0.0.1:{redisPort}",
        Mem0Host = $"http://127.0.0.1:{mem0Port}",
        Mem0ApiKey = memory.Secret("mem0_api_key", "m0-"),
    };

    // A part that started is ours to end, even when its neighbour failed.
    private async Task KeepAsync<T>(Task<T> part)
        where T : IAsyncDisposable
    {
        try
        {
            started.Push(await part);
        }
        catch
        {
            // Its failure is reported by whoever waits for all of them.
        }
    }
}
