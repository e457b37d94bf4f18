using System.Security.Cryptography;
using CacheKeeper.Cleanup;
using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StackExchange.Redis;

namespace CacheKeeper.Verify.LeastPrivilege;

/// <summary>S12: the jobs under a PostgreSQL role with SELECT, UPDATE and DELETE on its one table, and under the Redis ACL that we ship; nothing is removed under a superuser.</summary>
internal sealed class LeastPrivilegeCheck : ICheck
{
    private const int Rows = 60;
    private static readonly string[] Jobs = [FixedJobs.HealthCheck, FixedJobs.AnalyticsCollection, FixedJobs.LightCleanup];

    public string Name => "leastpriv";

    public string Goal => "jobs pass with the documented grants and the shipped Redis ACL; undo says which right it lacks; a superuser removes nothing without a setting";

    public (int Smoke, int Default, int Full) Tries => (1, 1, 1);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-leastpriv-").FullName;
        try
        {
            await using var host = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
            if (RedisProcess.Find() is not { } executable)
            {
                run.SkippedBecause = "redis-server is not installed: Garnet only shows ACLs";
                return;
            }

            await using var redis = await RedisServer.StartProcessAsync(executable, null, 0, cancellationToken);
            var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
            await SetUserAsync(redis, password);
            await RolesAsync(host, password, cancellationToken);
            var lean = new KeeperSettings
            {
                Project = SandboxSettings.DefaultProject,
                Postgresql = new PostgresSettings { Url = Url(host, "lean", password) },
                Upstash = new RedisSettings { RedisUrl = new Secret { Text = $"redis://cachekeeper:{password}@127.0.0.1:{redis.Port}" } },
                State = new StateSettings { Directory = Path.Combine(folder, "state") },
                Cleanup = new CleanupPolicy { MaxShare = 1 },
            };
            await LeanAsync(run, lean, host, redis, password, cancellationToken);
            await SuperuserAsync(run, lean with { Postgresql = new PostgresSettings { Url = Url(host, "almighty", password) }, State = new StateSettings { Directory = Path.Combine(folder, "almighty") } }, host, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task LeanAsync(CheckRun run, KeeperSettings settings, SandboxHost host, RedisServer redis, string password, CancellationToken cancellationToken)
    {
        await using var state = await StateStore.OpenAsync(new StateLocation(settings.State.Directory!), cancellationToken);
        var removed = "";
        await using (var keeper = KeeperHost.Open(settings, state, TimeProvider.System, NullLoggerFactory.Instance))
        {
            foreach (var probe in await Task.WhenAll(keeper.Tiers.Select(tier => tier.ProbeAsync(cancellationToken))))
            {
                run.Expect(probe.Passed, $"the probe of {probe.Tier.Title()}: {probe.Error}");
            }

            foreach (var name in Jobs)
            {
                var record = (await keeper.Runner.RunAsync(JobCatalogHost.Create(name, keeper), new JobRequest(keeper.Project, RunTrigger.Manual), cancellationToken))!;
                run.Expect(record.Outcome is RunOutcome.Done or RunOutcome.NothingToDo, $"{name} ended as {record.Outcome}: {record.Reason}");
                removed = name == FixedJobs.LightCleanup ? record.Run : removed;
            }

            var category = new CleanupRequest(keeper.Project, CleanupMode.Category, CleanupMode.Category, "least privilege") { Category = "payments", Overrides = new CleanupOverrides { AllowShare = 1 } };
            var taken = (await keeper.Runner.RunAsync(keeper.CleanupJob(category), new JobRequest(keeper.Project, RunTrigger.Manual), cancellationToken))!;
            run.Expect(taken.Outcome == RunOutcome.Done, $"a category's cleanup ended as {taken.Outcome}: {taken.Reason}");
            var refused = (await keeper.Runner.RunAsync(keeper.UndoJob(taken.Run), new JobRequest(keeper.Project, RunTrigger.Manual), cancellationToken))!;
            run.Expect(refused.Outcome != RunOutcome.Done && refused.Reason.Contains("INSERT", StringComparison.Ordinal), $"undo without INSERT ended as {refused.Outcome}: {refused.Reason}");
            removed = taken.Run;
        }

        var restoring = settings with { Postgresql = new PostgresSettings { Url = Url(host, "restorer", password) } };
        await using var restorer = KeeperHost.Open(restoring, state, TimeProvider.System, NullLoggerFactory.Instance);
        var undone = (await restorer.Runner.RunAsync(restorer.UndoJob(removed), new JobRequest(restorer.Project, RunTrigger.Manual), cancellationToken))!;
        run.Expect(undone.Outcome == RunOutcome.Done, $"undo under the role for restoring ended as {undone.Outcome}: {undone.Reason}");
        await ForbiddenAsync(run, redis, password);
        run.Fact($"probe, {string.Join(", ", Jobs)}, a category's cleanup under role lean and the shipped ACL; undo under role restorer");
    }

    private static async Task SuperuserAsync(CheckRun run, KeeperSettings settings, SandboxHost host, CancellationToken cancellationToken)
    {
        await using var owner = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(host.Endpoints.DatabaseUrl));
        async Task<long> CountAsync()
        {
            await using var command = owner.CreateCommand("SELECT count(*) FROM cache_entries");
            return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }

        async Task<RunRecord> CleanAsync(KeeperSettings chosen)
        {
            await using var state = await StateStore.OpenAsync(new StateLocation(chosen.State.Directory!), cancellationToken);
            await using var keeper = KeeperHost.Open(chosen, state, TimeProvider.System, NullLoggerFactory.Instance);
            var request = new CleanupRequest(keeper.Project, CleanupMode.Category, CleanupMode.Category, "superuser") { Category = "refunds", Overrides = new CleanupOverrides { AllowShare = 1 }, OnlyTiers = [TierName.Postgresql] };
            return (await keeper.Runner.RunAsync(keeper.CleanupJob(request), new JobRequest(keeper.Project, RunTrigger.Manual), cancellationToken))!;
        }

        var before = await CountAsync();
        var refused = await CleanAsync(settings);
        run.Expect(refused.Outcome == RunOutcome.Refused && refused.Reason.Contains("superuser", StringComparison.Ordinal), $"a cleanup under a superuser ended as {refused.Outcome}: {refused.Reason}");
        run.Expect(await CountAsync() == before, "rows went under a superuser");
        var allowed = await CleanAsync(settings with { Cleanup = settings.Cleanup with { AllowSuperuser = true } });
        run.Expect(allowed.Outcome == RunOutcome.Done && await CountAsync() < before, $"a cleanup under an allowed superuser ended as {allowed.Outcome}: {allowed.Reason}");
    }

    private static Secret Url(SandboxHost host, string role, string password) => new() { Text = $"postgresql://{role}:{password}@127.0.0.1:{host.PostgreSql.Port}/{SandboxSettings.DefaultProject}" };

    // The grants of docs/security.md, word for word.
    private static async Task RolesAsync(SandboxHost host, string password, CancellationToken cancellationToken)
    {
        await using var admin = NpgsqlDataSource.Create(host.PostgreSql.AdminConnection(SandboxSettings.DefaultProject));
        await using var command = admin.CreateCommand($"""
            CREATE ROLE lean LOGIN PASSWORD '{password}';
            GRANT SELECT, UPDATE, DELETE ON cache_entries TO lean;
            CREATE ROLE restorer LOGIN PASSWORD '{password}';
            GRANT SELECT, INSERT, UPDATE, DELETE ON cache_entries TO restorer;
            CREATE ROLE almighty SUPERUSER LOGIN PASSWORD '{password}';
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, created_at, ttl_seconds)
            SELECT 'lean' || i, 'q', 'answer ' || i, '{SandboxSettings.DefaultProject}', (ARRAY['payments', 'refunds', 'limits'])[1 + i % 3], 'agent', now() - interval '2 days', CASE WHEN i % 4 = 0 THEN 60 ELSE 8640000 END
            FROM generate_series(1, {Rows}) i;
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task SetUserAsync(RedisServer redis, string password)
    {
        var words = (await File.ReadAllLinesAsync(AclFile())).Where(line => line.Length > 0 && line[0] != '#').SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port}");
        var rules = words.Skip(1).Select(word => (object)(word == ">CHANGE-ME" ? ">" + password : word));
        await admin.GetDatabase().ExecuteAsync("ACL", ["SETUSER", .. rules]);
        for (var number = 1; number <= Rows; number++)
        {
            await admin.GetDatabase().StringSetAsync($"{(number % 3 == 0 ? "payments" : "refunds")}:lean{number}", $"answer {number}", TimeSpan.FromHours(1));
        }
    }

    private static async Task ForbiddenAsync(CheckRun run, RedisServer redis, string password)
    {
        await using var keeper = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},user=cachekeeper,password={password},allowAdmin=true");
        foreach (var command in (object[][])[["FLUSHALL"], ["CONFIG", "GET", "*"], ["KEYS", "*"], ["DEBUG", "SLEEP", "0"], ["SHUTDOWN"], ["ACL", "LIST"], ["REPLICAOF", "NO", "ONE"], ["MONITOR"]])
        {
            try
            {
                await keeper.GetDatabase().ExecuteAsync((string)command[0], command[1..]);
                run.Offend($"the shipped ACL allows {string.Join(' ', command)}");
            }
            catch (Exception e) when (e is RedisServerException or RedisCommandException)
            {
            }
        }
    }

    private static string AclFile()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "packaging", "redis-users.acl");
            if (File.Exists(file))
            {
                return file;
            }
        }

        throw new FileNotFoundException("packaging/redis-users.acl");
    }
}
