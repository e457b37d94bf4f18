using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Metrics;
using CacheKeeper.Sandbox.Mem0;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tests.Client;
using CacheKeeper.Tiers;
using StackExchange.Redis;
using RedisKey = StackExchange.Redis.RedisKey;
using RedisValue = StackExchange.Redis.RedisValue;

namespace CacheKeeper.Tests.Metrics;

/// <summary>A small cache of all three tiers on real servers, and the collection that looks at it.</summary>
internal sealed class CollectionRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _memories;
    private readonly ConnectionMultiplexer _redis;
    private readonly Mem0Server _mem0;
    private readonly HttpClient _http;
    private readonly List<RedisKey> _keys = [];

    private CollectionRig(string project, string owner, ConnectionMultiplexer redis, Mem0Server mem0, TemporaryFolder memories)
    {
        (Project, Owner, _redis, _mem0, _memories, _http) = (project, owner, redis, mem0, memories, new HttpClient { BaseAddress = new Uri(mem0.Url) });
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Token key");
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;
    public string Project { get; }
    public string Owner { get; }
    public StateStore State { get; private set; } = null!;
    public IReadOnlyList<ITier> Tiers { get; private set; } = [];
    public MetricsPolicy Policy { get; set; } = new() { Prices = new PricePolicy { Per1KTokens = 0.01, TokensPerAnswer = 500, PostgresqlPerMonth = 73 } };
    public SampleStore Samples => new(State);
    public ITier Redis => Tiers.Single(tier => tier.Name == TierName.Upstash);
    public ITier Mem0 => Tiers.Single(tier => tier.Name == TierName.Mem0);

    public static async Task<CollectionRig> StartAsync(SandboxFixture sandbox, int mem0Page = 200, string? redisUrl = null, int scanCount = 500)
    {
        var host = await sandbox.StartedAsync();
        var (owner, keeper) = await sandbox.NewDatabaseUrlsAsync();
        var memories = new TemporaryFolder();
        var mem0 = await Mem0Server.StartAsync(new Mem0ServerSettings { Folder = memories, ApiKey = "key", Flavour = Mem0ServerFlavour.Platform }, Stop);
        var rig = new CollectionRig(sandbox.NewProject(), owner, await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..]), mem0, memories);
        rig.State = await StateStore.OpenAsync(new StateLocation(rig._folder), Stop);
        var postgres = new PostgresSettings { LimitBytes = 1_000_000_000 };
        var redis = new RedisSettings { KeyPrefix = rig.Project + ":", LimitBytes = 100_000_000, ScanCount = scanCount };
        var settings = new Mem0Settings { Host = mem0.Url, PageSize = mem0Page };
        rig.Tiers =
        [
            new RedisTier(new RespClient(redisUrl ?? host.Redis.Url, TimeSpan.FromSeconds(20)), redis, rig.Project, null, TimeProvider.System),
            new Mem0Tier(new Mem0Client(new HttpClient { Timeout = TimeSpan.FromSeconds(20) }, settings, "key", TimeProvider.System), settings, TimeProvider.System),
            new PostgresTier(PostgresConnectionHost.Create(keeper, postgres), postgres, TimeProvider.System),
        ];
        return rig;
    }

    public Task<JobResult> CollectAsync(DateTimeOffset at, AfterCollection? afterwards = null) =>
        new CollectionJob(new CollectionService(Tiers, Policy), State, Policy, new CallPrices(0.000002, 0.001), afterwards)
            .RunAsync(new JobContext { Run = "run", Project = Project, StartedAt = at, ProveAsync = _ => Task.FromResult(at) }, Stop);

    public async Task<double?> ValueAsync(string series, DateTimeOffset at) => (await Samples.ReadAsync(Project, series, at, at.AddMilliseconds(1), Stop)) is [var one] ? one.Value : null;

    public Task RowAsync(string hash, string question, string answer, string category, DateTimeOffset created, DateTimeOffset? expires, DateTimeOffset? accessed, int accesses, string metadata = "{}", string? project = null) =>
        Rows.ExecuteAsync(
            Owner,
            "INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, created_at, updated_at, expires_at, ttl_seconds, accessed_at, access_count, metadata) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, NULL, $8, $9, $10::jsonb)",
            hash, question, answer, project ?? Project, category, Naive(created)!, Naive(expires) ?? (object)DBNull.Value, Naive(accessed) ?? (object)DBNull.Value, accesses, metadata);

    /// <summary>Sets a counter as the gateway's client writes it.</summary>
    public Task CountAsync(string kind, string tier, string category, long value) => Rows.ExecuteAsync(
        Owner,
        "INSERT INTO cache_stats (stat_name, stat_value, category, metadata) VALUES ($1, $2, $3, jsonb_build_object('project', $4::text, 'tier', $5::text, 'kind', $6::text)) ON CONFLICT (stat_name) DO UPDATE SET stat_value = excluded.stat_value",
        $"{kind}:{tier}:{category}@{Project}", value, category, Project, tier, kind);

    public async Task KeyAsync(string name, string value, TimeSpan? expires)
    {
        RedisKey key = $"{Project}:{name}";
        _keys.Add(key);
        await _redis.GetDatabase().StringSetAsync(key, value, expires is { } time ? new Expiration(time) : Expiration.Default);
    }

    public async Task KeysAsync(int count)
    {
        RedisKey[] keys = [.. Enumerable.Range(0, count).Select(i => (RedisKey)$"{Project}:payments:{i}")];
        _keys.AddRange(keys);
        await _redis.GetDatabase().StringSetAsync([.. keys.Select(key => KeyValuePair.Create(key, (RedisValue)"an answer"))]);
    }

    public async Task MemoryAsync(string hash, string? category, string text, DateOnly? expires)
    {
        var metadata = new JsonObject { ["query_hash"] = hash };
        if (category is not null)
        {
            metadata["category"] = category;
        }

        var body = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }), ["user_id"] = Project, ["infer"] = false, ["metadata"] = metadata };
        if (expires is { } day)
        {
            body["expiration_date"] = day.ToString("yyyy-MM-dd");
        }

        using var answer = await _http.PostAsJsonAsync("v3/memories/add/", body, Stop);
        answer.EnsureSuccessStatusCode();
    }

    public Task<double> SqlAsync(string sql) => Rows.ScalarAsync<double>(Owner, sql, Project);

    public async ValueTask DisposeAsync()
    {
        await _redis.GetDatabase().KeyDeleteAsync([.. _keys]);
        foreach (var tier in Tiers)
        {
            await tier.DisposeAsync();
        }

        _http.Dispose();
        await _redis.DisposeAsync();
        await _mem0.DisposeAsync();
        await State.DisposeAsync();
        _folder.Dispose();
        _memories.Dispose();
    }

    private static object? Naive(DateTimeOffset? instant) => instant is { } known ? DateTime.SpecifyKind(known.UtcDateTime, DateTimeKind.Unspecified) : null;
}
