using System.Net;
using CacheKeeper.Cleanup;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.PostgreSql;
using CacheKeeper.Sandbox.Traffic;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using CacheKeeper.Verify.Security;
using Npgsql;

namespace CacheKeeper.Verify.Browser;

/// <summary>The page and the API under load while everything is swept: no mistake, and (outside of the smoke run) fast enough.</summary>
internal sealed class LoadCheck : ICheck
{
    private const int Connections = 50;
    private const int LeastPerSecond = 1000;
    private const double LongestMilliseconds = 50;
    private static readonly string[] Asked = ["/api/cache/metrics", "/", "/api/runs?limit=20", "/api/tiers", "/api/health", "/runs"];

    public string Name => "load";

    public string Goal => "50 connections ask pages and API for 60 s while N rows and N keys are swept at full pace: no error, at least 1,000 requests a second, 99 % within 50 ms (in smoke only errors count)";

    public (int Smoke, int Default, int Full) Tries => (10_000, 1_000_000, 1_000_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        if (PostgreSqlBinaries.Find() is null)
        {
            run.SkippedBecause = PostgreSqlBinaries.Missing;
            return;
        }

        var folder = Directory.CreateTempSubdirectory("cachekeeper-load-").FullName;
        try
        {
            await using var sandbox = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
            await FillAsync(sandbox, run.Tries, cancellationToken);
            var ends = sandbox.Endpoints;
            using var log = new FailureLog();
            await using var place = await WebPlace.StartAsync(log, cancellationToken, new KeeperSettings
            {
                Project = ends.Project,
                Postgresql = new PostgresSettings { Url = new Secret { Text = ends.KeeperDatabaseUrl } },
                Upstash = new RedisSettings { RedisUrl = new Secret { Text = sandbox.Redis.Url }, Timeout = TimeSpan.FromSeconds(60) },
            });
            await AskAsync(run, place, log, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AskAsync(CheckRun run, WebPlace place, FailureLog log, CancellationToken cancellationToken)
    {
        var (_, token) = await place.Access.CreateAsync("load", Role.Viewer, null, DateTimeOffset.UtcNow, null, setup: false, cancellationToken);
        var requests = Asked.Select(path => HttpLoad.Get(path, token)).ToList();
        var server = IPEndPoint.Parse(place.Address.Authority);
        await HttpLoad.RunAsync(server, requests, Connections, TimeSpan.FromSeconds(2), cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sweeping = SweepAsync(place.Keepers[0], over.Token);
        var result = await HttpLoad.RunAsync(server, requests, Connections, TimeSpan.FromSeconds(run.Smoke ? 5 : 60), cancellationToken);
        await over.CancelAsync();
        var (swept, failed) = await sweeping;
        foreach (var mistake in result.Mistakes.Take(5))
        {
            run.Offend($"{mistake}: {log.Last}");
        }

        run.Expect(failed is null, "the sweep failed: " + failed);
        run.Expect(run.Smoke || result.PerSecond >= LeastPerSecond, $"{result.PerSecond:N0} requests a second");
        run.Expect(run.Smoke || result.Percentile(0.99) <= LongestMilliseconds, $"99 % within {result.Percentile(0.99):0.0} ms");
        run.Fact($"{result.PerSecond:N0} requests a second, half within {result.Percentile(0.5):0.0} ms, 99 % within {result.Percentile(0.99):0.0} ms, {result.Mistakes.Count} errors; {swept} whole sweeps of {run.Tries:N0} rows and keys meanwhile");
    }

    // Plans of the strength that reads everything twice, one after the other, without pauses.
    private static async Task<(int Swept, string? Failed)> SweepAsync(KeeperHost keeper, CancellationToken cancellationToken)
    {
        for (var swept = 0; ; swept++)
        {
            var request = new CleanupRequest(keeper.Project, CleanupMode.Aggressive, CleanupMode.Aggressive, "the load check") { FullPace = true };
            var done = await keeper.Runner.RunAsync(keeper.CleanupJob(request), new JobRequest(keeper.Project, RunTrigger.Manual) { DryRun = true }, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                return (swept, null);
            }

            if (done?.Outcome != RunOutcome.DryRun)
            {
                return (swept, done?.Reason);
            }
        }
    }

    private static async Task FillAsync(SandboxHost sandbox, int entries, CancellationToken cancellationToken)
    {
        await using var owner = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(sandbox.Endpoints.DatabaseUrl));
        var indexes = await WithoutIndexesAsync(owner, cancellationToken);
        await using var command = owner.CreateCommand(
            """
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, created_at, ttl_seconds)
            SELECT md5($1 || n), 'q' || n, 'a' || n, $1, 'category ' || n % 20, 'agent', now() - interval '1 hour', 864000 FROM generate_series(1, $2) n
            """);
        command.CommandTimeout = 600;
        command.Parameters.AddWithValue(sandbox.Endpoints.Project);
        command.Parameters.AddWithValue(entries);
        await command.ExecuteNonQueryAsync(cancellationToken);
        foreach (var index in indexes)
        {
            await ExecuteAsync(owner, index, cancellationToken);
        }

        await using var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(sandbox.Redis.Url["redis://".Length..] + ",syncTimeout=600000,asyncTimeout=600000");
        await redis.GetDatabase().ScriptEvaluateAsync("for n = 1, tonumber(ARGV[1]) do redis.call('SET', 'category ' .. n % 20 .. ':' .. redis.sha1hex(n), 'value ' .. n, 'EX', 86400) end", values: [entries]);
    }

    // Indexes that no constraint needs are made after the rows: ten minutes of filling become one.
    private static async Task<IReadOnlyList<string>> WithoutIndexesAsync(NpgsqlDataSource owner, CancellationToken cancellationToken)
    {
        var found = new List<(string Name, string Definition)>();
        await using (var command = owner.CreateCommand("SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = 'cache_entries'::regclass AND NOT i.indisunique"))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                found.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        foreach (var (name, _) in found)
        {
            await ExecuteAsync(owner, $"DROP INDEX {name}", cancellationToken);
        }

        return [.. found.Select(index => index.Definition)];
    }

    private static async Task ExecuteAsync(NpgsqlDataSource owner, string statement, CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand(statement);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
