using CacheKeeper.Client;
using CacheKeeper.Sandbox.PostgreSql;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Scheduling;
using Npgsql;

namespace CacheKeeper.Verify.Recovery;

/// <summary>PostgreSQL stopped hard and Redis killed while a gateway and jobs work: the keeper lives on, works again when they return, and leaves nothing behind.</summary>
internal sealed class DatabaseCrashCheck : ICheck
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    public string Name => "dbcrash";
    public string Goal => "PostgreSQL or Redis dies under load and returns: the keeper goes on, a job succeeds within two intervals, every incident ends, directives are taken back, no connection leaks";
    public (int Smoke, int Default, int Full) Tries => (2, 40, 200);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var live = await LiveKeeper.StartAsync(cancellationToken);
        var options = live.Host.Endpoints.ForClient();
        await using var cache = new TieredCache(options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var load = LoadAsync(cache, run.Seed, stop.Token);
        var chance = new Random(run.Seed);
        var (servers, back, over) = (new List<IAsyncDisposable>(), new List<TimeSpan>(), new List<TimeSpan>());
        var (postgres, redis) = (live.Host.PostgreSql, live.Host.Redis);
        try
        {
            for (var attempt = 0; attempt < run.Tries; attempt++)
            {
                var database = attempt % 2 == 0;
                await Task.Delay(chance.Next(100, 800), cancellationToken);
                var running = RunQuietlyAsync(live, chance.Next(2) == 0 ? FixedJobs.LightCleanup : FixedJobs.AnalyticsCollection, cancellationToken);
                await (database ? postgres.KillAsync() : redis.KillAsync());
                await Task.Delay(chance.Next(1500, 3500), cancellationToken);
                await running;
                if (database)
                {
                    servers.Add(postgres = await PostgreSqlServer.StartAsync(new PostgreSqlSettings(PostgresFolder(live), postgres.Port, false), cancellationToken));
                }
                else
                {
                    servers.Add(redis = await RedisServer.StartAsync(null, redis.Port, cancellationToken));
                }

                await JudgeAsync(run, live, database ? "PostgreSQL" : "Redis", back, over, cancellationToken);
            }

            await stop.CancelAsync();
            var lookups = await load;
            run.Expect(lookups.Answered > 0, "the gateway was never answered");
            run.Fact($"the gateway asked {lookups.Asked:N0} times meanwhile; no lookup threw ({lookups.Thrown} did)");
            run.Expect(lookups.Thrown == 0, $"{lookups.Thrown} lookups threw");
            run.Expect(live.Logs.Unexpected.IsEmpty, $"unexpected: {string.Join("; ", live.Logs.Unexpected.Distinct().Take(3))}");
            Tell(run, back, over);
        }
        finally
        {
            await stop.CancelAsync();
            await load;
            servers.Reverse();
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static async Task JudgeAsync(CheckRun run, LiveKeeper live, string what, List<TimeSpan> back, List<TimeSpan> over, CancellationToken cancellationToken)
    {
        var limit = run.Smoke ? TimeSpan.FromSeconds(60) : 2 * Interval;
        var worked = await LiveKeeper.UntilAsync(async () => await RunQuietlyAsync(live, FixedJobs.HealthCheck, cancellationToken) is RunOutcome.Done, TimeSpan.FromSeconds(60), cancellationToken);
        run.Expect(worked <= limit, $"{what}: no job succeeded within two intervals of its return ({worked?.TotalSeconds:0.0} s)");
        var ended = await LiveKeeper.UntilAsync(async () => (await live.Incidents.OpenAsync(live.Keeper.Project, cancellationToken)).Count == 0 && (await live.Keeper.Directives.ReadAsync(cancellationToken)).LeaveOut.Count == 0, TimeSpan.FromSeconds(60), cancellationToken);
        run.Expect(ended is not null, $"{what}: an incident or a directive stayed open 60 s after its return");
        run.Expect(!live.HasFallen, $"{what}: the keeper's loop ended");
        var connections = await ConnectionsAsync(live, cancellationToken);
        run.Expect(connections <= live.Keeper.Settings.Postgresql.MaxConnections, $"{what}: {connections} connections of the keeper");
        (worked is { } w ? back : []).Add(worked ?? default);
        (ended is { } e ? over : []).Add(ended ?? default);
    }

    private static void Tell(CheckRun run, List<TimeSpan> back, List<TimeSpan> over)
    {
        back.Sort();
        over.Sort();
        if (back.Count > 0 && over.Count > 0)
        {
            run.Fact($"a job succeeded {back[back.Count / 2].TotalSeconds:0.0} s (median), {back[^1].TotalSeconds:0.0} s (longest) after the return; at most {2 * Interval.TotalSeconds:0} s");
            run.Fact($"then everything was as before within {over[^1].TotalSeconds:0.0} s");
        }
    }

    private static async Task<RunOutcome?> RunQuietlyAsync(LiveKeeper live, string job, CancellationToken cancellationToken)
    {
        try
        {
            return (await live.RunAsync(job, cancellationToken))?.Outcome;
        }
        catch (KeeperException e) when (e.ExitCode == ExitCode.Busy)
        {
            return null;
        }
    }

    private static async Task<(long Asked, long Answered, long Thrown)> LoadAsync(TieredCache cache, int seed, CancellationToken stop)
    {
        var chance = new Random(seed);
        long asked = 0, answered = 0, thrown = 0;
        while (!stop.IsCancellationRequested)
        {
            var query = $"How much is payment {chance.Next(50)}?";
            try
            {
                asked++;
                answered += (await cache.LookupAsync(query, cancellationToken: CancellationToken.None)).IsHit ? 1 : 0;
                if (chance.Next(5) == 0)
                {
                    await cache.SaveAsync(query, "Ten rupees.", cancellationToken: CancellationToken.None);
                }
            }
            catch (Exception)
            {
                thrown++;
            }

            await Task.Delay(5, CancellationToken.None);
        }

        return (asked, answered, thrown);
    }

    private static async Task<long> ConnectionsAsync(LiveKeeper live, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(PostgreSqlUrl.ToConnectionString(live.Host.Endpoints.DatabaseUrl) + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cachekeeper'");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static string PostgresFolder(LiveKeeper live)
    {
        var folder = Path.Combine(Path.GetFullPath(Path.Combine(live.Folder, "sandbox")), "postgresql");
        return Unprivileged.Account() is null ? folder : Unprivileged.Reachable(folder);
    }
}
