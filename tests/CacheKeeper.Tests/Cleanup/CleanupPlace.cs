using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StackExchange.Redis;

namespace CacheKeeper.Tests.Cleanup;

/// <summary>A project with rows and keys on the sandbox's servers, a neighbour beside it, and a keeper of it.</summary>
internal sealed class CleanupPlace(string project, string owner, string keeper, string upstash, string token, ConnectionMultiplexer redis, CleanupPolicy policy) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _gateway = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(owner));
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _keys = [];
    private StateStore? _state;
    private KeeperHost? _host;
    private int _number;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string Project => project;

    public KeeperHost Keeper => _host!;

    public IDatabase Redis => redis.GetDatabase();

    public NpgsqlDataSource Gateway => _gateway;

    /// <summary>A database of its own with 60 entries in two categories, their keys, and as many of another project.</summary>
    public static async Task<CleanupPlace> CreateAsync(SandboxFixture sandbox, CleanupPolicy? policy = null, int schema = 2, bool large = false)
    {
        var host = await sandbox.StartedAsync();
        var (owner, keeper) = await sandbox.NewDatabaseUrlsAsync(schema);
        var place = new CleanupPlace(
            sandbox.NewProject(), owner, keeper, host.Endpoints.UpstashUrl, host.Endpoints.UpstashToken, await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..]), policy ?? new CleanupPolicy());
        await place.OpenAsync();
        await place.GrowAsync(60, large);
        return place;
    }

    public string StateFolder => _folder;

    private async Task OpenAsync()
    {
        _state = await StateStore.OpenAsync(new StateLocation(_folder), Stop);
        var settings = new KeeperSettings
        {
            Project = project,
            Postgresql = new PostgresSettings { Url = new Secret { Text = keeper } },
            Upstash = new RedisSettings { Url = upstash, Token = new Secret { Text = token } },
            Cleanup = policy with { AggressiveTarget = 10, LowValueShare = 0.3, BatchSize = 7 },
        };
        _host = KeeperHost.Open(settings, _state, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public async Task GrowAsync(int entries, bool large = false)
    {
        for (var i = 0; i < entries; i++, _number++)
        {
            var hash = $"{project}-{_number}";
            var category = _number % 3 == 0 ? "pay" : "payments";
            var answer = _number % 11 == 0 ? "pinned-entry" : $"answer {_number} 'quoted' ﷺ" + (large ? Long(_number) : "");
            await InsertAsync(hash, project, category, answer, _number % 4 == 0, _number % 11 == 0);
            await InsertAsync(hash + "x", project + "_other", category, "someone-else", true, false);
            foreach (var key in (string[])[$"{category}:{hash}", $"payment_processor:{hash}", hash])
            {
                _keys.Add(key);
                await redis.GetDatabase().StringSetAsync(key, answer);
                await redis.GetDatabase().KeyExpireAsync(key, _number % 5 == 0 ? null : TimeSpan.FromHours(2));
            }

            _keys.Add($"{category}:{hash}x");
            await redis.GetDatabase().StringSetAsync(_keys[^1], "someone-else");
        }
    }

    public async Task<RunRecord> RunAsync(CleanupRequest request, bool dryRun = false) =>
        (await _host!.Runner.RunAsync(_host.CleanupJob(request with { Project = project }), new JobRequest(project, RunTrigger.Manual) { DryRun = dryRun }, Stop))!;

    public async Task<RunRecord> UndoAsync(string run) =>
        (await _host!.Runner.RunAsync(_host.UndoJob(run), new JobRequest(project, RunTrigger.Manual), Stop))!;

    /// <summary>Every row and every key with its value and end, as lines in order.</summary>
    public async Task<List<string>> StateAsync()
    {
        var lines = new List<string>();
        await using (var command = _gateway.CreateCommand("SELECT row_to_json(t)::text FROM cache_entries t ORDER BY id"))
        await using (var reader = await command.ExecuteReaderAsync(Stop))
        {
            while (await reader.ReadAsync(Stop))
            {
                lines.Add(reader.GetString(0));
            }
        }

        foreach (var key in _keys.Order(StringComparer.Ordinal))
        {
            var value = await redis.GetDatabase().StringGetAsync(key);
            if (!value.IsNull)
            {
                lines.Add($"{key} {value} {await redis.GetDatabase().KeyExpireTimeAsync(key):O}");
            }
        }

        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        await redis.GetDatabase().KeyDeleteAsync([.. _keys.Select(key => (StackExchange.Redis.RedisKey)key)]);
        await _host!.DisposeAsync();
        await _state!.DisposeAsync();
        await _gateway.DisposeAsync();
        await redis.DisposeAsync();
        _folder.Dispose();
    }

    // As answers of one gateway are: the same sentences, each only once in an answer, around figures of its own.
    private static string Long(int number) => string.Concat(Enumerable.Range(0, 24).Select(i => $" {Sentence(i)} {number * 7919 % 10007}-{i}."));

    private static string Sentence(int seed)
    {
        var random = new Random(seed);
        return string.Join(' ', Enumerable.Range(0, 9).Select(_ => string.Concat(Enumerable.Range(0, random.Next(3, 9)).Select(_ => (char)('a' + random.Next(26))))));
    }

    public async Task InsertAsync(string hash, string owned, string category, string answer, bool expired, bool pinned)
    {
        await using var command = _gateway.CreateCommand(
            """
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, metadata, created_at, accessed_at, access_count, ttl_seconds)
            VALUES ($1, $1, $2, $3, $4, 'payment_processor', $5::jsonb, (now() AT TIME ZONE 'UTC') - interval '2 days', (now() AT TIME ZONE 'UTC') - make_interval(mins => $6), $6, $7)
            """);
        command.Parameters.AddWithValue(hash);
        command.Parameters.AddWithValue(answer);
        command.Parameters.AddWithValue(owned);
        command.Parameters.AddWithValue(category);
        command.Parameters.AddWithValue(pinned ? "{\"pinned\": true}" : "{}");
        command.Parameters.AddWithValue(_number % 9);
        command.Parameters.AddWithValue(expired ? 60 : 3600 * 24 * 30);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
