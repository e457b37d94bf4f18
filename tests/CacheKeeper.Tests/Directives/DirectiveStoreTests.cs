using CacheKeeper.Client;
using CacheKeeper.Directives;
using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.Faults;
using CacheKeeper.Client.Tiers;
using CacheKeeper.Storage;
using CacheKeeper.Tests.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Directives;

/// <summary>Directives on real PostgreSQL and Redis: both places carry them, each writer keeps to its own parts, and nothing is lost when a place is away.</summary>
public sealed class DirectiveStoreTests(SandboxFixture sandbox)
{
    private static readonly DateTimeOffset Soon = DateTimeOffset.UtcNow.AddMinutes(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_places_carry_the_document_and_redis_forgets_it_at_its_last_end()
    {
        await using var place = await PlaceAsync();
        var written = await place.Store.ReplaceAsync("recovery", LeaveOut("mem0", TimeSpan.FromHours(3)), Stop);
        Assert.All(written.Deliveries, delivery => Assert.True(delivery.Written, delivery.Error));
        var (row, key) = (await place.RowAsync(), await place.KeyAsync("GET"));
        Assert.Equal((1L, "mem0"), (row!.Version, Assert.Single(row.LeaveOut).Tier));
        Assert.Equal(row.ToJson(), DirectivesDocument.FromJson(key!)!.ToJson());
        Assert.InRange(int.Parse((await place.KeyAsync("TTL"))!), 10700, 10800);
        Assert.Equal("recovery", Assert.Single((await place.Store.ReadAsync(Stop)).LeaveOut).By);
    }

    [Fact]
    public async Task A_client_leaves_a_tier_out_within_a_second_and_returns_to_it_when_the_part_is_taken_back()
    {
        var options = await sandbox.NewClientOptionsAsync();
        options.Mem0ApiKey = null;
        options.DirectivesInterval = new CacheKeeperClientOptions().DirectivesInterval;
        await using var place = await PlaceAsync(options);
        await using var cache = new TieredCache(options);
        Assert.True(options.DirectivesInterval < TimeSpan.FromSeconds(1));
        await place.Store.ReplaceAsync("recovery", LeaveOut("upstash", TimeSpan.FromMinutes(5)), Stop);
        await EventuallyAsync(() => cache.Directives.LeaveOut.Count == 1);
        var lookup = await cache.LookupAsync($"Who is left out of {options.Project}?", cancellationToken: Stop);
        Assert.Equal(TierOutcome.LeftOut, lookup.Attempts.Single(attempt => attempt.Tier == "upstash").Outcome);
        await place.Store.ReplaceAsync("recovery", DirectiveParts.None, Stop);
        await EventuallyAsync(() => cache.Directives.LeaveOut.Count == 0);
    }

    [Fact]
    public async Task Writers_at_the_same_time_all_keep_their_parts()
    {
        await using var place = await PlaceAsync();
        string[] writers = ["recovery", "optimizer", "person", "drill"];
        await Task.WhenAll(writers.Select(by => place.Store.ReplaceAsync(by, LeaveOut("mem0", TimeSpan.FromMinutes(5)), Stop)));
        Assert.Equal(writers.Order(), (await place.RowAsync())!.LeaveOut.Select(part => part.By).Order());
        Assert.Equal(4, (await place.RowAsync())!.Version);
    }

    [Fact]
    public async Task A_keeper_that_lost_its_memory_goes_on_from_what_the_places_carry()
    {
        var options = await sandbox.NewClientOptionsAsync();
        await using (var first = await PlaceAsync(options))
        {
            await first.Store.ReplaceAsync("optimizer", new DirectiveParts([], [new(null, "payments", null, null, 600, Soon, "tuned")]), Stop);
        }

        await using var second = await PlaceAsync(options);
        await second.Store.ReplaceAsync("recovery", LeaveOut("mem0", TimeSpan.FromMinutes(5)), Stop);
        var row = (await second.RowAsync())!;
        Assert.Equal((2L, 1, 1), (row.Version, row.LeaveOut.Count, row.Ttl.Count));
    }

    [Fact]
    public async Task A_missing_table_is_created_by_who_may_and_told_by_who_may_not()
    {
        var (owner, keeper) = await sandbox.NewDatabaseUrlsAsync();
        var options = await sandbox.NewClientOptionsAsync();
        await Rows.ExecuteAsync(owner, "drop table cache_directives");
        options.DatabaseUrl = keeper;
        await using (var humble = await PlaceAsync(options))
        {
            var written = await humble.Store.ReplaceAsync("recovery", LeaveOut("mem0", TimeSpan.FromMinutes(5)), Stop);
            Assert.True(written.IsHeard);
            Assert.Contains("may not create it", written.Sentence, StringComparison.Ordinal);
        }

        options.DatabaseUrl = owner;
        await using var place = await PlaceAsync(options);
        await place.Store.ReplaceAsync("recovery", LeaveOut("mem0", TimeSpan.FromMinutes(6)), Stop);
        Assert.Equal("mem0", Assert.Single((await place.RowAsync())!.LeaveOut).Tier);
    }

    [Fact]
    public async Task A_place_that_was_away_is_told_when_it_is_back()
    {
        var options = await sandbox.NewClientOptionsAsync();
        await using var away = await FaultProxy.StartAsync(System.Net.IPEndPoint.Parse(new Uri((await sandbox.StartedAsync()).Endpoints.UpstashUrl).Authority));
        options.UpstashUrl = $"http://127.0.0.1:{away.Port}";
        await using var place = await PlaceAsync(options);
        away.Set(NetworkFault.Refuse);
        var written = await place.Store.ReplaceAsync("recovery", LeaveOut("upstash", TimeSpan.FromMinutes(5)), Stop);
        Assert.Equal([false, true], written.Deliveries.Select(delivery => delivery.Written));
        away.Clear();
        Assert.True((await place.Store.CatchUpAsync(Stop))!.Deliveries.Single().Written);
        Assert.NotNull(await place.KeyAsync("GET"));
        Assert.Null(await place.Store.CatchUpAsync(Stop));
    }

    [Fact]
    public async Task An_older_document_that_arrives_late_does_not_take_the_newer_one_s_place()
    {
        await using var place = await PlaceAsync();
        await place.Store.ReplaceAsync("recovery", LeaveOut("mem0", TimeSpan.FromMinutes(5)), Stop);
        await place.Store.ReplaceAsync("recovery", DirectiveParts.None, Stop);
        var late = new DirectivesDocument(place.Project, 1, DateTimeOffset.UtcNow, [new("mem0", Soon, "late")], []);
        foreach (var carrier in place.Carriers)
        {
            await carrier.WriteAsync(late, Soon, Stop);
        }

        Assert.Empty((await place.RowAsync())!.LeaveOut);
        Assert.Empty(DirectivesDocument.FromJson((await place.KeyAsync("GET"))!)!.LeaveOut);
    }

    private static DirectiveParts LeaveOut(string tier, TimeSpan lasting) => new([new(tier, DateTimeOffset.UtcNow + lasting, $"{tier} does not answer.")], []);

    private async Task<Place> PlaceAsync(CacheKeeperClientOptions? options = null)
    {
        options ??= await sandbox.NewClientOptionsAsync();
        var settings = new KeeperSettings
        {
            Project = options.Project,
            Postgresql = new PostgresSettings { Url = new Secret { Text = options.DatabaseUrl } },
            Upstash = new RedisSettings { Url = options.UpstashUrl, Token = new Secret { Text = options.UpstashToken } },
            Directives = new DirectivePolicy { Patience = TimeSpan.FromSeconds(20) },
        };
        return await Place.OpenAsync(settings, options, await sandbox.StartedAsync());
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            await look.WaitForNextTickAsync(limit.Token);
        }
    }

    private sealed class Place(KeeperHost keeper, CacheKeeperClientOptions options, SandboxHost host, TemporaryFolder folder) : IAsyncDisposable
    {
        public string Project => options.Project;

        public DirectiveStore Store => keeper.Directives;

        public IReadOnlyList<IDirectivePlaceStore> Carriers =>
            [new RedisDirectiveStore(keeper.Tiers.OfType<CacheKeeper.Tiers.RedisTier>().Single()), new PostgresDirectiveStore(keeper.Tiers.OfType<PostgresTier>().Single(), keeper.Settings.Directives)];

        public static async Task<Place> OpenAsync(KeeperSettings settings, CacheKeeperClientOptions options, SandboxHost host)
        {
            var folder = new TemporaryFolder();
            return new Place(await KeeperHost.OpenAsync(settings with { State = new StateSettings { Directory = folder } }, TimeProvider.System, Stop), options, host, folder);
        }

        public async Task<DirectivesDocument?> RowAsync() =>
            DirectivesDocument.FromJson(await Rows.ScalarAsync<string>(options.DatabaseUrl!, "select document::text from cache_directives where project_name = $1", Project));

        public async Task<string?> KeyAsync(string command)
        {
            await using var redis = new RespConnection(host.Endpoints.RedisUrl);
            return (await redis.SendAsync([[command, CacheKeys.Directives(Project)]], Stop))[0].Text;
        }

        public async ValueTask DisposeAsync()
        {
            await keeper.DisposeAsync();
            folder.Dispose();
        }
    }
}
