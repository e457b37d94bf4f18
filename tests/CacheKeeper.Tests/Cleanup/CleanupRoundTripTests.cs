using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StackExchange.Redis;

namespace CacheKeeper.Tests.Cleanup;

/// <summary>Every strength on real PostgreSQL and Redis: what it takes comes back as it was, and nothing of anybody else is touched.</summary>
public sealed class CleanupRoundTripTests(SandboxFixture sandbox)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Light")]
    [InlineData("Moderate")]
    [InlineData("Aggressive")]
    [InlineData("Deep")]
    [InlineData("Category")]
    public async Task State_then_cleanup_then_undo_is_the_state(string strength)
    {
        await using var place = await PlaceAsync();
        var before = await place.StateAsync();
        var mode = Enum.Parse<CleanupMode>(strength);
        var run = await place.RunAsync(new CleanupRequest(place.Project, mode, mode, "round trip")
        {
            Category = mode == CleanupMode.Category ? "payments" : null,
            Overrides = new CleanupOverrides { AllowShare = 1 },
            FullPace = true,
        });
        Assert.True(run.Outcome == RunOutcome.Done, run.Reason);
        var between = await place.StateAsync();
        Assert.NotEqual(before, between);
        Assert.Equal(before.Where(line => line.Contains("pinned-entry", StringComparison.Ordinal)), between.Where(line => line.Contains("pinned-entry", StringComparison.Ordinal)));
        Assert.Equal(before.Where(line => line.Contains("someone-else", StringComparison.Ordinal)), between.Where(line => line.Contains("someone-else", StringComparison.Ordinal)));

        var undone = await place.UndoAsync(run.Run);
        Assert.True(undone.Outcome == RunOutcome.Done, undone.Reason);
        Assert.Equal(before, await place.StateAsync());
        Assert.Equal(RunOutcome.NothingToDo, (await place.UndoAsync(run.Run)).Outcome);
    }

    [Fact]
    public async Task A_category_takes_its_rows_and_their_three_keys_together_and_leaves_names_that_only_look_alike()
    {
        await using var place = await PlaceAsync();
        await place.RunAsync(new CleanupRequest(place.Project, CleanupMode.Category, CleanupMode.Category, "one category") { Category = "pay", Overrides = new CleanupOverrides { AllowShare = 1 }, FullPace = true });
        var left = await place.StateAsync();
        Assert.DoesNotContain(left, line => line.Contains("\"category\":\"pay\"", StringComparison.Ordinal) && !line.Contains("pinned-entry", StringComparison.Ordinal) && !line.Contains("someone-else", StringComparison.Ordinal));
        Assert.Contains(left, line => line.Contains("\"category\":\"payments\"", StringComparison.Ordinal));
        Assert.DoesNotContain(left, line => line.StartsWith("pay:", StringComparison.Ordinal) && !line.Contains("pinned-entry", StringComparison.Ordinal) && !line.Contains("someone-else", StringComparison.Ordinal));
        Assert.Contains(left, line => line.StartsWith("payments:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_receipt_restores_nothing()
    {
        await using var place = await PlaceAsync();
        var run = await place.RunAsync(new CleanupRequest(place.Project, CleanupMode.Light, CleanupMode.Light, "to be damaged") { Overrides = new CleanupOverrides { AllowShare = 1 } });
        var between = await place.StateAsync();
        var file = Path.Combine(place.StateFolder, "receipts", run.Run + ".receipt");
        var bytes = await File.ReadAllBytesAsync(file, Stop);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Stop);
        var undone = await place.UndoAsync(run.Run);
        Assert.Equal(RunOutcome.Failed, undone.Outcome);
        Assert.Contains("was changed after it was written", undone.Reason, StringComparison.Ordinal);
        Assert.Equal(between, await place.StateAsync());
    }

    [Fact]
    public async Task A_plan_is_applied_once_and_only_while_it_fits()
    {
        await using var place = await PlaceAsync();
        var request = new CleanupRequest(place.Project, CleanupMode.Light, CleanupMode.Light, "plan") { Overrides = new CleanupOverrides { AllowShare = 1 }, FullPace = true };
        var before = await place.StateAsync();
        var plan = (await place.RunAsync(request, dryRun: true)).Plan!["plan"]!.ToString();
        Assert.Equal(before, await place.StateAsync());
        Assert.Equal(RunOutcome.Done, (await place.RunAsync(request with { Plan = plan })).Outcome);
        Assert.Equal(RunOutcome.Refused, (await place.RunAsync(request with { Plan = plan })).Outcome);

        var other = (await place.RunAsync(request with { Mode = CleanupMode.Moderate, Asked = CleanupMode.Moderate }, dryRun: true)).Plan!["plan"]!.ToString();
        await place.GrowAsync(200);
        var moved = await place.RunAsync(request with { Plan = other });
        Assert.Equal(RunOutcome.Refused, moved.Outcome);
        Assert.Contains("state-moved", moved.Reason, StringComparison.Ordinal);
    }

    private async Task<Place> PlaceAsync()
    {
        var host = await sandbox.StartedAsync();
        var (owner, keeper) = await sandbox.NewDatabaseUrlsAsync();
        var place = new Place(sandbox.NewProject(), owner, keeper, host.Endpoints.UpstashUrl, host.Endpoints.UpstashToken, await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..]));
        await place.OpenAsync();
        await place.GrowAsync(60);
        return place;
    }

    private sealed class Place(string project, string owner, string keeper, string upstash, string token, ConnectionMultiplexer redis) : IAsyncDisposable
    {
        private readonly NpgsqlDataSource _gateway = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(owner));
        private readonly TemporaryFolder _folder = new();
        private readonly List<string> _keys = [];
        private StateStore? _state;
        private KeeperHost? _host;
        private int _number;

        public string Project => project;

        public string StateFolder => _folder;

        public async Task OpenAsync()
        {
            _state = await StateStore.OpenAsync(new StateLocation(_folder), Stop);
            var settings = new KeeperSettings
            {
                Project = project,
                Postgresql = new PostgresSettings { Url = new Secret { Text = keeper } },
                Upstash = new RedisSettings { Url = upstash, Token = new Secret { Text = token } },
                Cleanup = new CleanupPolicy { AggressiveTarget = 10, LowValueShare = 0.3, BatchSize = 7 },
            };
            _host = KeeperHost.Open(settings, _state, TimeProvider.System, NullLoggerFactory.Instance);
        }

        public async Task GrowAsync(int entries)
        {
            for (var i = 0; i < entries; i++, _number++)
            {
                var hash = $"{project}-{_number}";
                var category = _number % 3 == 0 ? "pay" : "payments";
                var answer = _number % 11 == 0 ? "pinned-entry" : $"answer {_number} 'quoted' ﷺ";
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
            (await _host!.Runner.RunAsync(_host.CleanupJob(request), new JobRequest(project, RunTrigger.Manual) { DryRun = dryRun }, Stop))!;

        public async Task<RunRecord> UndoAsync(string run) =>
            (await _host!.Runner.RunAsync(new UndoJob(run, _host.Tiers, new ReceiptStore(_state!), TimeProvider.System), new JobRequest(project, RunTrigger.Manual), Stop))!;

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

        private async Task InsertAsync(string hash, string owned, string category, string answer, bool expired, bool pinned)
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
}
