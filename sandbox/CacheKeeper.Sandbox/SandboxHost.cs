using System.Globalization;
using CacheKeeper.Sandbox.PostgreSql;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Sandbox.Upstash;

namespace CacheKeeper.Sandbox;

/// <summary>The three tiers on this machine: starts all of them together, ends all of them together.</summary>
internal sealed class SandboxHost : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> started = new();

    private SandboxHost()
    {
    }

    public SandboxEndpoints Endpoints { get; private set; } = null!;

    /// <summary>Makes further databases with the gateway's tables; one a test keeps tests apart.</summary>
    public GatewayDatabases Databases { get; private set; } = null!;

    /// <summary>What runs here, a sentence a part, for people.</summary>
    public IReadOnlyList<string> Parts { get; private set; } = [];

    public PostgreSqlServer PostgreSql { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    public UpstashFront Upstash { get; private set; } = null!;

    /// <summary>Starts everything; when one part fails, what already runs is ended again.</summary>
    public static async Task<SandboxHost> StartAsync(SandboxSettings settings, CancellationToken cancellationToken)
    {
        var host = new SandboxHost();
        try
        {
            await host.StartPartsAsync(settings, cancellationToken);
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
    }

    private async Task StartPartsAsync(SandboxSettings settings, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(settings.Folder);
        var memory = SandboxMemory.Open(settings.Folder);
        var database = StartPostgreSqlAsync(settings, memory.TakePort("postgresql"), cancellationToken);
        var redis = RedisServer.StartAsync(settings.KeepRedis ? Path.Combine(settings.Folder, "redis") : null, memory.TakePort("redis"), cancellationToken);
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
        Upstash = await StartFrontAsync(memory, cancellationToken);
        Endpoints = Describe(settings, memory);
        Parts =
        [
            $"PostgreSQL {PostgreSql.Version}".PadRight(26) + "127.0.0.1:" + PostgreSql.Port.ToString(CultureInfo.InvariantCulture),
            Redis.Kind.PadRight(26) + "127.0.0.1:" + Redis.Port.ToString(CultureInfo.InvariantCulture) + ", behind an Upstash REST front on " + Upstash.Url,
        ];
        memory.Save(settings.Folder);
    }

    private static Task<PostgreSqlServer> StartPostgreSqlAsync(SandboxSettings settings, int port, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Path.GetFullPath(settings.Folder), "postgresql");
        var reachable = Unprivileged.Account() is null ? folder : Unprivileged.Reachable(folder);
        return PostgreSqlServer.StartAsync(new PostgreSqlSettings(reachable, port, settings.SafeWrites), cancellationToken);
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
            },
            cancellationToken);
        started.Push(front);
        return front;
    }

    private SandboxEndpoints Describe(SandboxSettings settings, SandboxMemory memory) => new()
    {
        Project = settings.Project,
        DatabaseUrl = Databases.OwnerUrl(settings.Project, PostgreSql.Port),
        KeeperDatabaseUrl = Databases.KeeperUrl(settings.Project, PostgreSql.Port),
        UpstashUrl = Upstash.Url,
        UpstashToken = memory.Secret("upstash_token"),
        UpstashReadOnlyToken = memory.Secret("upstash_read_only_token"),
        RedisUrl = Redis.Url,
        Mem0Host = "",
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
