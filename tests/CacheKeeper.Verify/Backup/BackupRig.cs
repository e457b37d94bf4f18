using System.Text.Json.Nodes;
using CacheKeeper.Backup;
using CacheKeeper.Backup.Repository;
using CacheKeeper.Sandbox;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StackExchange.Redis;

namespace CacheKeeper.Verify.Backup;

/// <summary>A sandbox, and in it a fresh database, project, Redis prefix, state and location for each try.</summary>
internal sealed class BackupRig : IAsyncDisposable
{
    private readonly SandboxHost _host;
    private readonly ConnectionMultiplexer _redis;
    private int _number;

    private BackupRig(SandboxHost host, string folder, ConnectionMultiplexer redis) => (_host, Folder, _redis) = (host, folder, redis);

    public string Folder { get; }

    public static async Task<BackupRig> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-verify-").FullName;
        var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
        return new BackupRig(host, folder, await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..] + ",allowAdmin=true"));
    }

    /// <summary>A place for one try, filled with rows and keys.</summary>
    public async Task<BackupSpot> NewAsync(int rows, int keys, CancellationToken cancellationToken)
    {
        var name = $"verify_{++_number}";
        await _host.Databases.AddAsync(name, 2, cancellationToken);
        var owner = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(_host.Databases.OwnerUrl(name, _host.PostgreSql.Port)));
        var spot = new BackupSpot(owner, _redis.GetDatabase(), name, Path.Combine(Folder, name), _host.Databases.KeeperUrl(name, _host.PostgreSql.Port), _host.Redis.Url, _host.Endpoints.Mem0Host, _host.Endpoints.Mem0ApiKey);
        await spot.FillAsync(rows, keys, cancellationToken);
        return spot;
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _host.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>One try's database, keys, state and location.</summary>
internal sealed class BackupSpot(NpgsqlDataSource owner, IDatabase redis, string project, string folder, string url, string redisUrl, string mem0Host, string mem0Key) : IAsyncDisposable
{
    public const string Vpa = "asha.rao@okaxis";
    public const string Utr = "412345678901";

    public NpgsqlDataSource Owner => owner;

    public string Project => project;

    public string StateFolder => folder;

    public string Location => Path.Combine(folder, "backups", project);

    public bool WithMem0 { get; init; }

    public KeeperSettings Settings => new()
    {
        Project = project,
        Postgresql = new PostgresSettings { Url = new Secret { Text = url } },
        Upstash = new RedisSettings { RedisUrl = new Secret { Text = redisUrl }, KeyPrefix = project + ":" },
        Mem0 = WithMem0 ? new Mem0Settings { Host = mem0Host, ApiKey = new Secret { Text = mem0Key } } : new Mem0Settings(),
        State = new StateSettings { Directory = folder },
        Backup = new BackupPolicy { ChunkBytes = 64 * 1024, PolitePause = TimeSpan.Zero, IncludeState = false },
    };

    /// <summary>The settings as a file for the real executable.</summary>
    public string SettingsFile(JsonObject? backup = null)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "cachekeeper.json");
        backup ??= [];
        (backup["chunkBytes"], backup["politePause"], backup["includeState"]) = (64 * 1024, "00:00:00", false);
        File.WriteAllText(path, new JsonObject
        {
            ["project"] = project,
            ["postgresql"] = new JsonObject { ["url"] = url },
            ["upstash"] = new JsonObject { ["redisUrl"] = redisUrl, ["keyPrefix"] = project + ":" },
            ["state"] = new JsonObject { ["directory"] = folder },
            ["scheduling"] = new JsonObject { ["lease"] = "00:00:02" },
            ["backup"] = backup,
        }.ToJsonString());
        return path;
    }

    public async Task FillAsync(int rows, int keys, CancellationToken cancellationToken)
    {
        await SqlAsync(
            $"""
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, metadata, created_at, accessed_at, ttl_seconds, access_count, tags)
            SELECT '{project}-' || i, 'Where is my refund ' || i || E'? \t\\N\n', md5(i::text) || ' from {Vpa} with UTR {Utr} ' || repeat(md5((i * 31)::text), 1 + i % 30) || E'''; DROP TABLE x; \U0001F9E8 \r\n', '{project}',
                CASE WHEN i % 3 = 0 THEN 'pay' ELSE 'payments' END, 'agent', jsonb_build_object('n', i / 7.0, 'utr', '{Utr}'), (now() AT TIME ZONE 'UTC') - make_interval(secs => i % 3600),
                CASE WHEN i % 4 = 0 THEN NULL ELSE now() AT TIME ZONE 'UTC' END, 864000, i % 9, CASE WHEN i % 5 = 0 THEN ARRAY['a,b', NULL, '"'] END
            FROM generate_series(1, {rows}) i
            """,
            cancellationToken);
        await SqlAsync($"INSERT INTO cache_entries (query_hash, query_text, response_text, project_name) VALUES ('{project}-foreign', 'q', 'somebody else', '{project}_other'); ANALYZE cache_entries", cancellationToken);
        await FillRedisAsync(keys);
    }

    public async Task FillRedisAsync(int keys)
    {
        var sent = new List<Task>();
        for (var i = 1; i <= keys; i++)
        {
            var key = $"{project}:payments:{i}";
            var life = i % 5 == 0 ? (TimeSpan?)null : TimeSpan.FromHours(5 + (i % 7));
            sent.Add((i % 50) switch
            {
                10 => redis.HashSetAsync(key, [new("field", $"{Vpa}"), new("b\n", i)]),
                20 => redis.ListRightPushAsync(key, ["one", "two", i]),
                30 => redis.SortedSetAddAsync(key, [new("member", 1.5), new("other", i)]),
                40 => redis.SetAddAsync(key, ["x", i]),
                _ => redis.StringSetAsync(key, $"answer {i} to {Vpa} \0\t\n\\ {new string('v', i % 300)}"),
            });
            if (life is not null)
            {
                sent.Add(redis.KeyExpireAsync(key, life));
            }

            if (sent.Count >= 1000)
            {
                await Task.WhenAll(sent);
                sent.Clear();
            }
        }

        await Task.WhenAll(sent);
    }

    public async Task WipeAsync(int keys, CancellationToken cancellationToken)
    {
        await SqlAsync($"DELETE FROM cache_entries WHERE project_name = '{project}'", cancellationToken);
        await WipeRedisAsync(keys);
    }

    public async Task WipeRedisAsync(int keys)
    {
        foreach (var part in Enumerable.Range(1, keys).Chunk(1000))
        {
            await redis.KeyDeleteAsync([.. part.Select(i => (StackExchange.Redis.RedisKey)$"{project}:payments:{i}")]);
        }
    }

    /// <summary>A digest over every column of every row in order, with the indexes and the sequence.</summary>
    public async Task<string> RowsAsync(CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand(
            "SELECT encode(sha256(convert_to(COALESCE(string_agg(t::text, E'\\n' ORDER BY id), ''), 'UTF8')), 'hex') || ' ' || count(*) || ' ' || (SELECT string_agg(indexdef, '; ' ORDER BY indexname) FROM pg_indexes WHERE tablename = 'cache_entries') FROM cache_entries t");
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand($"SELECT count(*) FROM cache_entries WHERE project_name = '{project}'");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<long> SequenceAsync(CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand("SELECT last_value FROM cache_entries_id_seq");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Every key with its type, content and end, to the second.</summary>
    public async Task<Dictionary<string, string>> KeysAsync(int keys)
    {
        var found = new Dictionary<string, string>();
        foreach (var part in Enumerable.Range(1, keys).Chunk(500))
        {
            var reads = part.Select(i => $"{project}:payments:{i}").Select(key => (key, redis.KeyTypeAsync(key), redis.KeyDumpAsync(key), redis.KeyExpireTimeAsync(key))).ToList();
            foreach (var (key, type, dump, end) in reads)
            {
                if (await dump is { } bytes)
                {
                    // A set's dump depends on its history, its members do not.
                    var content = await type == RedisType.Set ? string.Join(',', (await redis.SetMembersAsync(key)).Order()) : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes));
                    found[key] = $"{await type} {content} {await end:O}";
                }
            }
        }

        return found;
    }

    /// <summary>Whether somebody else's transaction has written to this database, or keys that were wiped come back.</summary>
    public async Task<bool> IsWrittenAsync(CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand("SELECT EXISTS (SELECT 1 FROM pg_locks x JOIN pg_stat_activity a USING (pid) WHERE x.locktype = 'transactionid' AND x.mode = 'ExclusiveLock' AND x.granted AND a.datname = current_database() AND a.usename = 'keeper')");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))! || await redis.KeyExistsAsync($"{project}:payments:1");
    }

    public async Task SqlAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs one job in this process.</summary>
    public Task<RunRecord> RunAsync(Func<KeeperHost, IJob> make, CancellationToken cancellationToken) => RunAsync(Settings, make, cancellationToken);

    public async Task<RunRecord> RunAsync(KeeperSettings settings, Func<KeeperHost, IJob> make, CancellationToken cancellationToken)
    {
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
        await using var keeper = KeeperHost.Open(settings, state, TimeProvider.System, NullLoggerFactory.Instance);
        return (await keeper.Runner.RunAsync(make(keeper), new JobRequest(project, RunTrigger.Manual), cancellationToken))!;
    }

    public Task<RunRecord> BackUpAsync(CancellationToken cancellationToken, bool whole = false) => RunAsync(keeper => new BackupJob("backup", keeper.Backups, new BackupRequest { Whole = whole }, thenTend: false), cancellationToken);

    public Task<RunRecord> RestoreAsync(CancellationToken cancellationToken, string? point = null) => RunAsync(keeper => new RestoreJob(keeper.Backups, new RestoreRequest { Point = point }), cancellationToken);

    public Task<RunRecord> VerifyAsync(CancellationToken cancellationToken) => RunAsync(keeper => new VerifyJob(keeper.Backups, null, TimeProvider.System), cancellationToken);

    public async Task<IReadOnlyList<ListedPoint>> ListAsync(CancellationToken cancellationToken)
    {
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
        await using var keeper = KeeperHost.Open(Settings, state, TimeProvider.System, NullLoggerFactory.Instance);
        await using var repository = await keeper.Backups.OpenAsync(create: true, cancellationToken);
        return await repository.Points.ListAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => owner.DisposeAsync();
}
