using System.Text.Json.Nodes;
using CacheKeeper.Backup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StackExchange.Redis;

namespace CacheKeeper.Tests.Backup;

/// <summary>One project on real tiers with a state and a location of its own, and hands to change the tiers past the keeper.</summary>
internal sealed class BackupPlace : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _keys = [];
    private readonly ConnectionMultiplexer _multiplexer;
    private StateStore? _state;
    private KeeperHost? _keeper;

    private BackupPlace(KeeperSettings settings, string owner, ConnectionMultiplexer redis)
    {
        OwnerUrl = owner;
        (Settings, Owner, Redis) = (settings with { State = new StateSettings { Directory = _folder } }, NpgsqlDataSource.Create(PostgresConnectionHost.Parse(owner)), redis.GetDatabase());
        _multiplexer = redis;
    }

    public KeeperSettings Settings { get; private set; }

    public string OwnerUrl { get; }

    public NpgsqlDataSource Owner { get; }

    public IDatabase Redis { get; }

    public KeeperHost Keeper => _keeper!;

    public string Project => Settings.Project;

    public string Folder => _folder;

    public string Location => Path.Combine(_folder, "backups", Project);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<BackupPlace> MakeAsync(SandboxFixture sandbox, BackupPolicy? policy = null, int schema = 2)
    {
        var host = await sandbox.StartedAsync();
        var (owner, keeper) = await sandbox.NewDatabaseUrlsAsync(schema);
        var settings = new KeeperSettings
        {
            Project = sandbox.NewProject(),
            Postgresql = new PostgresSettings { Url = new Secret { Text = keeper } },
            Upstash = new RedisSettings { Url = host.Endpoints.UpstashUrl, Token = new Secret { Text = host.Endpoints.UpstashToken } },
            Mem0 = new Mem0Settings { Host = host.Endpoints.Mem0Host, ApiKey = new Secret { Text = host.Endpoints.Mem0ApiKey } },
            Backup = policy ?? new BackupPolicy { DrillMostMemories = 20, PolitePause = TimeSpan.Zero, ChunkBytes = 64 * 1024 },
        };
        var place = new BackupPlace(settings, owner, await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..]));
        await place.OpenAsync();
        return place;
    }

    /// <summary>The same place under other settings.</summary>
    public async Task ReopenAsync(KeeperSettings settings)
    {
        Settings = settings;
        await _keeper!.DisposeAsync();
        await _state!.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Rows, keys of several types and memories with everything that text can hold.</summary>
    public async Task FillAsync(int entries, bool memories = true)
    {
        await using (var command = Owner.CreateCommand(
            """
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, metadata, created_at, ttl_seconds, access_count)
            SELECT $1 || '-' || i, 'How do I pay ' || i || E'? \t\\N\\\\\n', CASE WHEN i % 7 = 0 THEN '' ELSE repeat(md5(i::text), 1 + i % 40) || E'''; DROP TABLE x; -- \U0001F9E8 \r\n' END, $1,
                CASE WHEN i % 3 = 0 THEN 'pay' ELSE 'payments' END, 'agent', jsonb_build_object('n', i / 3.0), (now() AT TIME ZONE 'UTC') - make_interval(mins => i % 90), CASE WHEN i % 5 = 0 THEN NULL ELSE 86400 END, i % 9
            FROM generate_series(1, $2) i
            """))
        {
            command.Parameters.AddWithValue(Project);
            command.Parameters.AddWithValue(entries);
            await command.ExecuteNonQueryAsync(Stop);
        }

        await SqlAsync($"INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category) VALUES ('{Project}-foreign', 'q', 'somebody else', '{Project}_other', 'pay')");
        await FillRedisAsync(entries);
        for (var i = 0; memories && i < 30; i++)
        {
            await Mem0("v3/memories/add/", new JsonObject
            {
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = $"memory {i} of {Project} \t\\N 🧨" }),
                ["user_id"] = Project,
                ["infer"] = false,
                ["metadata"] = new JsonObject { ["category"] = i % 2 == 0 ? "pay" : "payments", ["query_hash"] = $"{Project}-{i}", ["n"] = i },
            });
        }
    }

    public async Task FillRedisAsync(int entries)
    {
        for (var i = 1; i <= entries; i++)
        {
            var (hash, category) = ($"{Project}-{i}", i % 3 == 0 ? "pay" : "payments");
            var key = $"{category}:{hash}";
            Task write = (i % 40) switch
            {
                10 => Redis.HashSetAsync(key, [new("field\t", "value\n"), new("b", i)]),
                20 => Redis.ListRightPushAsync(key, ["one", "two", "\\N"]),
                35 => Redis.SetAddAsync(key, ["a", "b", "c", "d", "e", i]),
                30 => Redis.SortedSetAddAsync(key, [new("member", 1.5), new("other", i)]),
                _ => Redis.StringSetAsync(key, $"answer {i} \0\t\n\\ 🧨"),
            };
            await write;
            await Redis.KeyExpireAsync(key, i % 5 == 0 ? null : TimeSpan.FromHours(2));
            _keys.Add(key);
        }

        await Redis.StringSetAsync($"{Project}:foreign", "not ours");
    }

    public Task<RunRecord> BackUpAsync(BackupRequest? request = null, bool tend = false) => RunAsync(new BackupJob("backup", Keeper.Backups, request ?? new BackupRequest(), tend));

    public Task<RunRecord> RestoreAsync(RestoreRequest? request = null, bool dryRun = false) => RunAsync(new RestoreJob(Keeper.Backups, request ?? new RestoreRequest()), dryRun);

    public async Task<RunRecord> RunAsync(IJob job, bool dryRun = false) => (await Keeper.Runner.RunAsync(job, new JobRequest(Project, RunTrigger.Manual) { DryRun = dryRun }, Stop))!;

    public async Task SqlAsync(string sql)
    {
        await using var command = Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);
    }

    public async Task<long> ScalarAsync(string sql)
    {
        await using var command = Owner.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    /// <summary>Removes every key that is the project's, whoever wrote it, and its dictionaries.</summary>
    public async Task WipeOwnedKeysAsync()
    {
        await foreach (var page in Keeper.Tiers.OfType<RedisTier>().Single().ScanAsync(new EntryFilter(new TierScope(Project)), Stop))
        {
            await Redis.KeyDeleteAsync([.. page.Entries.Select(entry => (StackExchange.Redis.RedisKey)entry.Id)]);
        }

        await foreach (var key in _multiplexer.GetServers()[0].KeysAsync(pattern: $"cachekeeper:{Project}:dictionary:*"))
        {
            await Redis.KeyDeleteAsync(key);
        }
    }

    public async Task WipeRedisAsync() => await Redis.KeyDeleteAsync([.. _keys.Select(key => (StackExchange.Redis.RedisKey)key)]);

    /// <summary>Every row of everybody with its exact text, every key with type, content and expiry: what must come back.</summary>
    public async Task<List<string>> StateAsync()
    {
        var lines = new List<string>();
        await using (var command = Owner.CreateCommand("SELECT t::text FROM cache_entries t ORDER BY id"))
        await using (var reader = await command.ExecuteReaderAsync(Stop))
        {
            while (await reader.ReadAsync(Stop))
            {
                lines.Add(reader.GetString(0));
            }
        }

        foreach (var key in _keys.Order(StringComparer.Ordinal))
        {
            if (await Redis.KeyDumpAsync(key) is { } dump)
            {
                var content = await Redis.KeyTypeAsync(key) == RedisType.Set ? string.Join(',', (await Redis.SetMembersAsync(key)).Order()) : Convert.ToHexString(dump);
                lines.Add($"{key} {content} {await Redis.KeyExpireTimeAsync(key):O}");
            }
        }

        return lines;
    }

    /// <summary>What the project's memories say, with their metadata.</summary>
    public async Task<List<string>> MemoriesAsync()
    {
        var found = new List<string>();
        await foreach (var (memories, _, _) in Keeper.Tiers.OfType<Mem0Tier>().Single().ListAsync(new TierScope(Project), TimeSpan.Zero, Stop))
        {
            found.AddRange(memories.Select(memory => $"{memory.Content} {string.Join(',', memory.Metadata!.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}"))}"));
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    public async Task WipeMemoriesAsync()
    {
        var tier = Keeper.Tiers.OfType<Mem0Tier>().Single();
        await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(Project)), Stop))
        {
            await tier.RemoveAsync(new RemovalBatch(new TierScope(Project), page.Entries, DateTimeOffset.UtcNow.AddMinutes(1)), (_, _) => Task.CompletedTask, Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await WipeRedisAsync();
        await Redis.KeyDeleteAsync($"{Project}:foreign");
        await _keeper!.DisposeAsync();
        await _state!.DisposeAsync();
        await Owner.DisposeAsync();
        await _multiplexer.DisposeAsync();
        _folder.Dispose();
    }

    private async Task OpenAsync()
    {
        _state = await StateStore.OpenAsync(new StateLocation(Settings.State.Directory!), Stop);
        _keeper = KeeperHost.Open(Settings, _state, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private async Task Mem0(string path, JsonObject body)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Settings.Mem0.Host.TrimEnd('/') + "/") };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Token " + Settings.Mem0.ApiKey!.Text);
        using var content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, Stop);
        answer.EnsureSuccessStatusCode();
    }
}
