using CacheKeeper.Cleanup;
using CacheKeeper.Sandbox;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StackExchange.Redis;

namespace CacheKeeper.Verify.Crash;

/// <summary>A small cache in PostgreSQL and Redis, and a keeper over it that can be made to break at any operation.</summary>
internal sealed class CrashPlace(SandboxHost host, string project, string folder) : IAsyncDisposable
{
    private const int Entries = 40;
    private readonly NpgsqlDataSource _owner = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(host.Databases.OwnerUrl(project, host.PostgreSql.Port)));
    private readonly ConnectionMultiplexer _redis = ConnectionMultiplexer.Connect(host.Redis.Url["redis://".Length..]);

    private KeeperSettings Settings => new()
    {
        Project = project,
        Postgresql = new PostgresSettings { Url = new Secret { Text = host.Databases.KeeperUrl(project, host.PostgreSql.Port) } },
        Upstash = new RedisSettings { RedisUrl = new Secret { Text = host.Redis.Url }, KeyPrefix = project + ":", ScanPause = TimeSpan.Zero },
        State = new StateSettings { Directory = folder },
        Cleanup = new CleanupPolicy { BatchSize = 7, Pace = CacheKeeper.Cleanup.Pace.PacePolicy.Full },
    };

    public async Task FillAsync(CancellationToken cancellationToken)
    {
        for (var number = 0; number < Entries; number++)
        {
            await using var command = _owner.CreateCommand("INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, created_at, ttl_seconds) VALUES ($1, 'q', $2, $3, $4, 'agent', now() - interval '2 days', $5)");
            command.Parameters.AddWithValue($"h{number}");
            command.Parameters.AddWithValue($"answer {number} 'quoted'\r\n");
            command.Parameters.AddWithValue(number % 10 == 9 ? project + "_other" : project);
            command.Parameters.AddWithValue(number % 2 == 0 ? "going" : "staying");
            command.Parameters.AddWithValue(number % 2 == 0 ? 60 : 86_400 * 30);
            await command.ExecuteNonQueryAsync(cancellationToken);
            var key = $"{project}:{(number % 2 == 0 ? "going" : "staying")}:k{number}";
            await _redis.GetDatabase().StringSetAsync(key, $"value {number}");
            await _redis.GetDatabase().KeyExpireAsync(key, number % 3 == 0 ? null : TimeSpan.FromHours(5));
        }
    }

    /// <summary>Everything that stands, by what it is told by; <c>going</c> ones may go.</summary>
    public async Task<Dictionary<string, string>> LinesAsync(CancellationToken cancellationToken)
    {
        var lines = new Dictionary<string, string>();
        await using (var command = _owner.CreateCommand("SELECT id::text, (category = 'going' AND project_name = $1), row_to_json(t)::text FROM cache_entries t"))
        {
            command.Parameters.AddWithValue(project);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                lines[$"{(row.GetBoolean(1) ? "going" : "staying")} {row.GetString(0)}"] = row.GetString(2);
            }
        }

        var database = _redis.GetDatabase();
        for (var number = 0; number < Entries; number++)
        {
            var key = $"{project}:{(number % 2 == 0 ? "going" : "staying")}:k{number}";
            var value = await database.StringGetAsync(key);
            if (!value.IsNull)
            {
                lines[$"{(number % 2 == 0 ? "going" : "staying")} {key}"] = $"{value} {await database.KeyExpireTimeAsync(key):O}";
            }
        }

        return lines;
    }

    /// <summary>A run that breaks where the clock says; null when it broke so that not even its end was recorded.</summary>
    public async Task<RunRecord?> RunAsync(Func<KeeperHost, IJob> job, CrashClock clock, CancellationToken cancellationToken)
    {
        await using var state = await OpenAsync(cancellationToken);
        await using var keeper = KeeperHost.Open(Settings, state, TimeProvider.System, NullLoggerFactory.Instance, [.. TierHost.Create(Settings, TimeProvider.System).Select(tier => new BreakableTier(tier, clock))]);
        state.BeforeEach = clock.Step;
        try
        {
            return await keeper.Runner.RunAsync(job(keeper), new JobRequest(project, RunTrigger.Manual), cancellationToken);
        }
        catch (Exception e) when (clock.Fired && e is IOException or TierException or KeeperException)
        {
            return null;
        }
        finally
        {
            state.BeforeEach = null;
        }
    }

    public IJob Cleanup(KeeperHost keeper, bool full) => keeper.CleanupJob(new CleanupRequest(project, CleanupMode.Category, CleanupMode.Category, "crash points")
    {
        Category = "going",
        FullPace = full,
        Overrides = new CleanupOverrides { AllowShare = 1 },
    });

    public static IJob Undo(KeeperHost keeper, string run) => keeper.UndoJob(run);

    /// <summary>What the dead left behind: their leases run out, their receipts stay. The runs with one, newest first.</summary>
    public async Task<List<string>> BuryAsync(CancellationToken cancellationToken)
    {
        await using var state = await OpenAsync(cancellationToken);
        await state.ExecuteAsync("UPDATE leases SET expires_at = 0", null, cancellationToken);
        return [.. await state.QueryAsync<string>("SELECT run FROM receipts WHERE undone_by IS NULL ORDER BY created_at DESC, run DESC", null, cancellationToken)];
    }

    /// <summary>What stands in the receipts that were not undone yet.</summary>
    public async Task<HashSet<string>> ReceiptedAsync(CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>();
        var runs = await BuryAsync(cancellationToken);
        await using var state = await OpenAsync(cancellationToken);
        var receipts = new ReceiptStore(state);
        foreach (var run in runs)
        {
            foreach (var frame in receipts.Read((await receipts.FindAsync(project, run, cancellationToken))!))
            {
                ids.UnionWith(frame.Select(entry => "going " + entry.Head.Id));
            }
        }

        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private Task<StateStore> OpenAsync(CancellationToken cancellationToken) => StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
}
