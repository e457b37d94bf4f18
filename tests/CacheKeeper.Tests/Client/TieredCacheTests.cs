using CacheKeeper.Client;
using CacheKeeper.Client.Tiers;

namespace CacheKeeper.Tests.Client;

/// <summary>The client against the sandbox's real tiers.</summary>
public sealed class TieredCacheTests(SandboxFixture sandbox)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_never_saved_is_a_miss_in_every_tier()
    {
        await using var cache = new TieredCache(await sandbox.NewClientOptionsAsync());
        var lookup = await cache.LookupAsync($"Where is my order {sandbox.NewProject()}?", cancellationToken: Cancel);
        Assert.False(lookup.IsHit);
        Assert.Equal(("orders", "order_tracker"), (lookup.Category, lookup.Agent));
        Assert.All(lookup.Attempts, attempt => Assert.Equal(TierOutcome.Missed, attempt.Outcome));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_saved_answer_is_found_in_every_tier_alone(int schema)
    {
        var options = await sandbox.NewClientOptionsAsync(schema);
        var query = $"How do I pay for {options.Project}?";
        await using var cache = new TieredCache(options);
        var save = await cache.SaveAsync(query, "By UPI.", cancellationToken: Cancel);
        Assert.All(save.Attempts, attempt => Assert.Equal((TierOutcome.Done, null), (attempt.Outcome, attempt.Error)));

        foreach (var tier in save.Attempts.Select(attempt => attempt.Tier))
        {
            await using var alone = new TieredCache(Only(options, tier));
            var lookup = await alone.LookupAsync("  " + query.ToUpperInvariant(), cancellationToken: Cancel);
            Assert.Equal((tier, "By UPI."), (lookup.Tier, lookup.Response));
        }
    }

    [Fact]
    public async Task An_answer_saved_again_takes_the_place_of_the_one_before()
    {
        var options = await sandbox.NewClientOptionsAsync(1);
        var query = $"What is the amount for {options.Project}?";
        await using var cache = new TieredCache(options);
        await cache.SaveAsync(query, "Ten.", cancellationToken: Cancel);
        var save = await cache.SaveAsync(query, "Eleven.", cancellationToken: Cancel);
        foreach (var tier in save.Attempts.Select(attempt => attempt.Tier))
        {
            await using var alone = new TieredCache(Only(options, tier));
            Assert.Equal("Eleven.", (await alone.LookupAsync(query, cancellationToken: Cancel)).Response);
        }

        Assert.Equal(1, await Rows.ScalarAsync<long>(options.DatabaseUrl!, "select count(*) from cache_entries"));
    }

    [Theory]
    [InlineData("select pg_sleep(1); -- pay '); drop table cache_entries; --")]
    [InlineData("pay\r\nDEL *\r\n$3")]
    [InlineData("pay \0 in the middle")]
    [InlineData("pay {\"result\":null} \\ \" ' <script>alert(1)</script> \u202e \uFFFF")]
    [InlineData("ckz1.-.5.AAAA")]
    [InlineData("\"1\"")]
    [InlineData("")]
    public async Task Hostile_text_comes_back_as_it_was(string text)
    {
        var options = await sandbox.NewClientOptionsAsync();
        var query = text + options.Project;
        await using var cache = new TieredCache(options);
        var save = await cache.SaveAsync(query, text, cancellationToken: Cancel);
        foreach (var tier in save.Attempts.Where(attempt => attempt.Outcome == TierOutcome.Done && text.Length > 0).Select(attempt => attempt.Tier))
        {
            await using var alone = new TieredCache(Only(options, tier));
            Assert.Equal(text, (await alone.LookupAsync(query, cancellationToken: Cancel)).Response);
        }
    }

    [Fact]
    public async Task Another_projects_row_is_neither_read_nor_taken_over()
    {
        var options = await sandbox.NewClientOptionsAsync();
        var other = Only(options, CacheTiers.PostgreSql);
        other.Project = sandbox.NewProject();
        await using var cache = new TieredCache(Only(options, CacheTiers.PostgreSql));
        await using var stranger = new TieredCache(other);
        await cache.SaveAsync("How do I pay?", "By UPI.", cancellationToken: Cancel);
        Assert.False((await stranger.LookupAsync("How do I pay?", cancellationToken: Cancel)).IsHit);
        Assert.False((await stranger.SaveAsync("How do I pay?", "By cheque.", cancellationToken: Cancel)).IsSaved);
        Assert.Equal("By UPI.", (await cache.LookupAsync("How do I pay?", cancellationToken: Cancel)).Response);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_row_past_its_time_does_not_answer(int schema)
    {
        var options = Only(await sandbox.NewClientOptionsAsync(schema), CacheTiers.PostgreSql);
        await using var cache = new TieredCache(options);
        await cache.SaveAsync("How do I pay?", "By UPI.", cancellationToken: Cancel);
        var age = schema == 1 ? "created_at = created_at - interval '61 minutes'" : "expires_at = expires_at - interval '61 minutes'";
        await Rows.ExecuteAsync(options.DatabaseUrl!, "update cache_entries set " + age);
        Assert.False((await cache.LookupAsync("How do I pay?", cancellationToken: Cancel)).IsHit);
    }

    [Fact]
    public async Task Redis_keeps_the_three_keys_for_their_documented_times()
    {
        var options = await sandbox.NewClientOptionsAsync();
        await using var cache = new TieredCache(options);
        var save = await cache.SaveAsync($"How do I pay for {options.Project}?", "By UPI.", cancellationToken: Cancel);
        await using var redis = await RedisOfAsync();
        var keys = CacheKeys.All(save.Category, save.Agent, save.QueryHash);
        var ttls = await redis.SendAsync([.. keys.Select(key => (string[])["TTL", key])], Cancel);
        Assert.Collection(ttls, Near(3600), Near(7200), Near(1800));
    }

    [Fact]
    public async Task A_compressed_value_is_read_in_Redis_and_PostgreSQL_with_its_dictionary()
    {
        var options = await sandbox.NewClientOptionsAsync();
        var query = $"How do I pay for {options.Project}?";
        var answer = string.Concat(Enumerable.Repeat("Open the app, choose UPI, confirm the amount. ", 30));
        var dictionary = System.Text.Encoding.UTF8.GetBytes(answer);
        await using var cache = new TieredCache(options);
        var save = await cache.SaveAsync(query, answer, cancellationToken: Cancel);
        var envelope = ValueEnvelope.Write(answer, "d1", dictionary)!;
        await using var redis = await RedisOfAsync();
        await redis.SendAsync([["SET", CacheKeys.OfCategory(save.Category, save.QueryHash), envelope]], Cancel);
        await Rows.ExecuteAsync(options.DatabaseUrl!, "update cache_entries set response_text = $1", envelope);
        await Rows.ExecuteAsync(options.DatabaseUrl!, "insert into cache_dictionaries values ($1, 'd1', $2)", options.Project, dictionary);
        foreach (var tier in (string[])[CacheTiers.Upstash, CacheTiers.PostgreSql])
        {
            // PostgreSQL is at hand in both: that is where the dictionary stands.
            var some = await sandbox.NewClientOptionsAsync();
            (some.Project, some.DatabaseUrl, some.Mem0ApiKey) = (options.Project, options.DatabaseUrl, null);
            some.UpstashUrl = tier == CacheTiers.Upstash ? some.UpstashUrl : null;
            await using var reader = new TieredCache(some);
            var lookup = await reader.LookupAsync(query, cancellationToken: Cancel);
            Assert.Equal((tier, answer), (lookup.Tier, lookup.Response));
        }
    }

    [Fact]
    public async Task An_envelope_that_cannot_be_read_is_never_served()
    {
        var options = Only(await sandbox.NewClientOptionsAsync(), CacheTiers.PostgreSql);
        await using var cache = new TieredCache(options);
        await cache.SaveAsync("How do I pay?", "By UPI.", cancellationToken: Cancel);
        await Rows.ExecuteAsync(options.DatabaseUrl!, "update cache_entries set response_text = 'ckz1.gone.7.KLUv/SQHOQAAQnkgVVBJLg=='");
        var lookup = await cache.LookupAsync("How do I pay?", cancellationToken: Cancel);
        Assert.Equal((false, TierOutcome.Failed), (lookup.IsHit, Assert.Single(lookup.Attempts).Outcome));
    }

    [Theory]
    [InlineData("pay:ments")]
    [InlineData("a@b")]
    [InlineData("")]
    [InlineData("line\nend")]
    public async Task A_category_that_would_make_another_key_is_refused(string category)
    {
        await using var cache = new TieredCache(new CacheKeeperClientOptions());
        await Assert.ThrowsAsync<ArgumentException>(() => cache.LookupAsync("How do I pay?", category: category, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Without_any_tier_every_lookup_is_a_miss_and_every_save_is_none()
    {
        await using var cache = new TieredCache(new CacheKeeperClientOptions());
        Assert.False((await cache.LookupAsync("How do I pay?", cancellationToken: Cancel)).IsHit);
        Assert.False((await cache.SaveAsync("How do I pay?", "By UPI.", cancellationToken: Cancel)).IsSaved);
    }

    internal static CacheKeeperClientOptions Only(CacheKeeperClientOptions options, string tier)
    {
        var mem0 = tier == CacheTiers.Mem0;
        return new CacheKeeperClientOptions
        {
            Project = options.Project,
            DatabaseUrl = tier == CacheTiers.PostgreSql ? options.DatabaseUrl : null,
            UpstashUrl = tier == CacheTiers.Upstash ? options.UpstashUrl : null,
            UpstashToken = options.UpstashToken,
            Mem0Host = mem0 ? options.Mem0Host : null,
            Mem0ApiKey = mem0 ? options.Mem0ApiKey : null,
            Mem0Timeout = options.Mem0Timeout,
            UpstashTimeout = options.UpstashTimeout,
            PostgreSqlTimeout = options.PostgreSqlTimeout,
            SaveTimeout = options.SaveTimeout,
            FlushInterval = options.FlushInterval,
            DirectivesInterval = options.DirectivesInterval,
        };
    }

    private static Action<RedisReply> Near(int seconds) =>
        reply => Assert.InRange(int.Parse(reply.Text!, System.Globalization.CultureInfo.InvariantCulture), seconds - 30, seconds);

    private async Task<RespConnection> RedisOfAsync() => new((await sandbox.StartedAsync()).Endpoints.RedisUrl);
}
