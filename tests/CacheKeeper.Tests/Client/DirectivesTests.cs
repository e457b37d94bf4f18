using CacheKeeper.Client;
using CacheKeeper.Client.Tiers;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Client;

/// <summary>The client obeys what the keeper writes, from either place, and stops obeying at its end.</summary>
public sealed class DirectivesTests(SandboxFixture sandbox)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tier_is_left_out_soon_after_the_keeper_says_so_and_used_again_when_it_takes_that_back(bool inRedis)
    {
        var options = await sandbox.NewClientOptionsAsync();
        options.Mem0ApiKey = null;
        await using var cache = new TieredCache(options);
        await WriteAsync(options, inRedis, Document(options.Project, 1, DateTimeOffset.UtcNow.AddMinutes(5)));
        await EventuallyAsync(() => cache.Directives.LeaveOut.Count == 1);
        var query = $"How do I pay for {options.Project}?";
        var save = await cache.SaveAsync(query, "By UPI.", cancellationToken: Cancel);
        Assert.Equal(TierOutcome.LeftOut, save.Attempts.Single(attempt => attempt.Tier == CacheTiers.Upstash).Outcome);
        var lookup = await cache.LookupAsync(query, cancellationToken: Cancel);
        Assert.Equal("Upstash is slow.", lookup.Attempts.Single(attempt => attempt.Tier == CacheTiers.Upstash).Error);

        await WriteAsync(options, inRedis, DirectivesDocument.Empty(options.Project) with { Version = 2 });
        await EventuallyAsync(() => cache.Directives.LeaveOut.Count == 0);
        Assert.DoesNotContain((await cache.LookupAsync(query, cancellationToken: Cancel)).Attempts, attempt => attempt.Outcome == TierOutcome.LeftOut);
    }

    [Fact]
    public async Task At_its_end_a_part_counts_for_nothing_though_nobody_removed_it()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 14, 0, 0, TimeSpan.Zero));
        var document = Document("p", 1, time.GetUtcNow().AddMinutes(5)).ToJson();
        await using var reader = new DirectivesReader("p", [_ => Task.FromResult<string?>(document)], TimeSpan.FromHours(1), time);
        await reader.ReadAsync(Cancel);
        Assert.NotNull(reader.View.LeftOut(CacheTiers.Upstash));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(reader.View.LeftOut(CacheTiers.Upstash));
    }

    [Fact]
    public async Task When_no_place_answers_the_last_known_directives_stand_and_when_all_say_none_there_are_none()
    {
        var (redis, table) = ((Func<string?>)(() => Document("p", 3, DateTimeOffset.MaxValue).ToJson()), (Func<string?>)(() => null));
        await using var reader = new DirectivesReader(
            "p", [_ => Task.FromResult(redis()), _ => Task.FromResult(table())], TimeSpan.FromHours(1), new FakeTimeProvider());
        await reader.ReadAsync(Cancel);
        Assert.Equal(3, reader.View.Document.Version);

        redis = () => throw new IOException("gone");
        await reader.ReadAsync(Cancel);
        Assert.Equal(3, reader.View.Document.Version);

        redis = () => Document("p", 2, DateTimeOffset.MaxValue).ToJson();
        await reader.ReadAsync(Cancel);
        Assert.Equal(3, reader.View.Document.Version);

        redis = () => Document("another", 9, DateTimeOffset.MaxValue).ToJson();
        table = () => "not json";
        await reader.ReadAsync(Cancel);
        Assert.Equal(3, reader.View.Document.Version);

        redis = table = () => null;
        await reader.ReadAsync(Cancel);
        Assert.Equal(0, reader.View.Document.Version);
    }

    [Fact]
    public async Task What_is_saved_while_a_lifetime_is_stretched_lives_longer_in_that_tier_alone()
    {
        var options = await sandbox.NewClientOptionsAsync();
        var until = DateTimeOffset.UtcNow.AddMinutes(5);
        await WriteAsync(options, true, DirectivesDocument.Empty(options.Project) with
        {
            Version = 1,
            Ttl = [new(CacheTiers.Upstash, null, null, 2, null, until, "test"), new(null, "payments", null, null, 600, until, "test")],
        });
        await using var cache = new TieredCache(options);
        await EventuallyAsync(() => cache.Directives.Ttl.Count == 2);
        var save = await cache.SaveAsync($"How do I pay for {options.Project}?", "By UPI.", cancellationToken: Cancel);
        await using var redis = new RespConnection((await sandbox.StartedAsync()).Endpoints.RedisUrl);
        var ttl = (await redis.SendAsync([["TTL", CacheKeys.Bare(save.QueryHash)]], Cancel))[0].Text;
        Assert.InRange(int.Parse(ttl!, System.Globalization.CultureInfo.InvariantCulture), 1170, 1200);
        Assert.Equal(600, await Rows.ScalarAsync<int>(options.DatabaseUrl!, "select ttl_seconds from cache_entries"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_row_past_its_time_answers_again_while_rows_are_to_be_kept_longer(int schema)
    {
        var options = TieredCacheTests.Only(await sandbox.NewClientOptionsAsync(schema), CacheTiers.PostgreSql);
        await using var cache = new TieredCache(options);
        await cache.SaveAsync("How do I pay?", "By UPI.", cancellationToken: Cancel);
        var age = schema == 1 ? "created_at = created_at - interval '90 minutes'" : "expires_at = expires_at - interval '90 minutes'";
        await Rows.ExecuteAsync(options.DatabaseUrl!, "update cache_entries set " + age);
        Assert.False((await cache.LookupAsync("How do I pay?", cancellationToken: Cancel)).IsHit);
        await WriteAsync(options, false, DirectivesDocument.Empty(options.Project) with
        {
            Version = 1,
            Ttl = [new(CacheTiers.PostgreSql, null, null, 2, null, DateTimeOffset.UtcNow.AddMinutes(5), "Upstash is left out.")],
        });
        await EventuallyAsync(() => cache.Directives.Ttl.Count == 1);
        Assert.True((await cache.LookupAsync("How do I pay?", cancellationToken: Cancel)).IsHit);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_row_saved_under_a_longer_lifetime_does_not_get_it_twice(int schema)
    {
        var options = TieredCacheTests.Only(await sandbox.NewClientOptionsAsync(schema), CacheTiers.PostgreSql);
        await WriteAsync(options, false, DirectivesDocument.Empty(options.Project) with
        {
            Version = 1,
            Ttl = [new(null, "payments", null, null, 7200, DateTimeOffset.UtcNow.AddMinutes(5), "Answers stay right for two hours.")],
        });
        await using var cache = new TieredCache(options);
        await EventuallyAsync(() => cache.Directives.Ttl.Count == 1);
        await cache.SaveAsync("How do I pay?", "By UPI.", cancellationToken: Cancel);
        await AgeAsync(options, schema, minutes: 110);
        Assert.True((await cache.LookupAsync("How do I pay?", cancellationToken: Cancel)).IsHit);
        await AgeAsync(options, schema, minutes: 20);
        Assert.False((await cache.LookupAsync("How do I pay?", cancellationToken: Cancel)).IsHit);
    }

    private static Task AgeAsync(CacheKeeperClientOptions options, int schema, int minutes) => Rows.ExecuteAsync(
        options.DatabaseUrl!,
        "update cache_entries set created_at = created_at - make_interval(mins => $1), updated_at = updated_at - make_interval(mins => $1)" + (schema == 2 ? ", expires_at = expires_at - make_interval(mins => $1)" : ""),
        minutes);

    private static DirectivesDocument Document(string project, long version, DateTimeOffset until) =>
        new(project, version, DateTimeOffset.UnixEpoch, [new(CacheTiers.Upstash, until, "Upstash is slow.", "recovery")], []);

    private async Task WriteAsync(CacheKeeperClientOptions options, bool inRedis, DirectivesDocument document)
    {
        if (inRedis)
        {
            await using var redis = new RespConnection((await sandbox.StartedAsync()).Endpoints.RedisUrl);
            await redis.SendAsync([["SET", CacheKeys.Directives(options.Project), document.ToJson()]], Cancel);
            return;
        }

        await Rows.ExecuteAsync(
            options.DatabaseUrl!,
            "insert into cache_directives values ($1, $2, $3::jsonb) on conflict (project_name) do update set version = $2, document = $3::jsonb",
            document.Project, document.Version, document.ToJson());
    }

    // The reader asks by its own timer; the test looks until it has.
    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Soon);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            await look.WaitForNextTickAsync(limit.Token);
        }
    }
}
