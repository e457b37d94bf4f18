using CacheKeeper.Client;
using CsCheck;

namespace CacheKeeper.Tests.Client;

/// <summary>What the client counts is what happened.</summary>
public sealed class StatisticsTests(SandboxFixture sandbox)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Counters_in_the_table_equal_what_the_lookups_said_after_many_writes_by_two_gateways(int schema)
    {
        var options = await sandbox.NewClientOptionsAsync(schema);
        options.Mem0ApiKey = null;
        options.AccessLogRate = 1;
        options.KeyPrefix = options.Project + ":";
        var lookups = new System.Collections.Concurrent.ConcurrentBag<CacheLookup>();
        var gateways = Enumerable.Range(0, 2).Select(_ => new TieredCache(options)).ToArray();
        for (var round = 0; round < 4; round++)
        {
            // Written at the same time by both, but not while one saves: a hit of a row that is not there yet is counted nowhere.
            await Task.WhenAll(gateways.Select((gateway, number) => TrafficAsync(gateway, (10 * round) + number, options.Project, lookups)));
            await Task.WhenAll(gateways.Select(gateway => round == 3 ? gateway.DisposeAsync().AsTask() : gateway.FlushAsync(Cancel)));
        }

        Assert.Equal(lookups.Count(lookup => lookup.IsHit), await SumAsync(options, CacheStatKinds.Hit, CacheTiers.All));
        Assert.Equal(lookups.Count(lookup => !lookup.IsHit), await SumAsync(options, CacheStatKinds.Miss, CacheTiers.All));
        foreach (var tier in (string[])[CacheTiers.Upstash, CacheTiers.PostgreSql])
        {
            var attempts = lookups.SelectMany(lookup => lookup.Attempts).Where(attempt => attempt.Tier == tier).ToList();
            Assert.Equal(attempts.Count(attempt => attempt.Outcome == TierOutcome.Done), await SumAsync(options, CacheStatKinds.Hit, tier));
            Assert.Equal(attempts.Count(attempt => attempt.Outcome == TierOutcome.Missed), await SumAsync(options, CacheStatKinds.Miss, tier));
            Assert.Equal(attempts.Count, await BucketsAsync(options, tier));
        }

        var column = schema == 2 ? "hit_count" : "access_count";
        Assert.Equal(lookups.Count(lookup => lookup.IsHit), await Rows.ScalarAsync<long>(options.DatabaseUrl!, $"select sum({column}) from cache_entries"));
        Assert.Equal(lookups.Count, await Rows.ScalarAsync<long>(options.DatabaseUrl!, "select count(*) from cache_access_log"));
        Assert.Equal(
            lookups.Where(lookup => lookup.IsHit).Select(lookup => lookup.QueryHash).Distinct().Count(),
            await Rows.ScalarAsync<long>(options.DatabaseUrl!, "select count(accessed_at) from cache_entries where accessed_at > now() - interval '1 hour'"));
    }

    [Fact]
    public async Task Counts_that_could_not_be_written_are_written_later()
    {
        var options = TieredCacheTests.Only(await sandbox.NewClientOptionsAsync(), CacheTiers.PostgreSql);
        await using var cache = new TieredCache(options);
        await cache.LookupAsync("How do I pay?", cancellationToken: Cancel);
        await Rows.ExecuteAsync(options.DatabaseUrl!, "alter table cache_stats rename to hidden");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => cache.FlushAsync(Cancel));
        await Rows.ExecuteAsync(options.DatabaseUrl!, "alter table hidden rename to cache_stats");
        await cache.LookupAsync("How do I pay?", cancellationToken: Cancel);
        await cache.FlushAsync(Cancel);
        Assert.Equal(2, await SumAsync(options, CacheStatKinds.Miss, CacheTiers.All));
    }

    [Fact]
    public async Task A_database_without_the_tables_of_statistics_serves_all_the_same()
    {
        var options = TieredCacheTests.Only(await sandbox.NewClientOptionsAsync(), CacheTiers.PostgreSql);
        await Rows.ExecuteAsync(options.DatabaseUrl!, "drop table cache_stats, cache_access_log, cache_directives, cache_dictionaries");
        await using (var cache = new TieredCache(options))
        {
            await cache.SaveAsync("How do I pay?", "By UPI.", cancellationToken: Cancel);
            Assert.True((await cache.LookupAsync("How do I pay?", cancellationToken: Cancel)).IsHit);
            await cache.FlushAsync(Cancel);
        }

        options.CreateMissingTables = true;
        await using (var cache = new TieredCache(options))
        {
            await cache.LookupAsync("How do I pay?", cancellationToken: Cancel);
        }

        Assert.Equal(1, await SumAsync(options, CacheStatKinds.Hit, CacheTiers.All));
    }

    [Fact]
    public async Task The_log_holds_all_lookups_of_some_questions_and_none_of_the_others()
    {
        var options = TieredCacheTests.Only(await sandbox.NewClientOptionsAsync(), CacheTiers.PostgreSql);
        options.AccessLogRate = 0.25;
        await using (var cache = new TieredCache(options))
        {
            for (var round = 0; round < 3; round++)
            {
                for (var question = 0; question < 100; question++)
                {
                    await cache.LookupAsync($"question {question}", cancellationToken: Cancel);
                }
            }
        }

        var counts = await Rows.ScalarAsync<long[]>(options.DatabaseUrl!, "select array_agg(n) from (select count(*) n from cache_access_log group by query_hash) c");
        Assert.All(counts, count => Assert.Equal(3, count));
        Assert.InRange(counts.Length, 10, 45);
        Assert.Equal(0.25f, await Rows.ScalarAsync<float>(options.DatabaseUrl!, "select max(sample_rate) from cache_access_log"));
    }

    [Fact]
    public void A_counters_name_is_read_back() =>
        Gen.Select(Gen.OneOf(Gen.Const("hit"), Gen.Const("latency_inf")), Gen.OneOf(Gen.Const("mem0"), Gen.Const("all")), Gen.String[Gen.Char['a', 'z'], 1, 50], Gen.String[Gen.Char[' ', '~'], 1, 100])
            .Sample((kind, tier, category, project) =>
            {
                var text = new CacheStatName(kind, tier, category, project).ToString();
                var name = CacheStatName.Parse(text)!;
                return text.Length <= 100 && name.IsOf(project) && (name.Kind, name.Tier, name.Category) == (kind, tier, category);
            });

    [Theory]
    [InlineData("pageviews")]
    [InlineData("hit:redis:payments@p")]
    [InlineData("hit:upstash:payments")]
    public void A_name_that_is_not_the_clients_is_null(string name) => Assert.Null(CacheStatName.Parse(name));

    [Fact]
    public void Percentiles_come_from_the_buckets()
    {
        var counts = LatencyBuckets.Kinds.Select(_ => 0L).ToArray();
        Assert.Null(LatencyBuckets.Percentile(counts, 0.5));
        counts[5] = 100;
        Assert.Equal(8.5, LatencyBuckets.Percentile(counts, 0.5));
        counts[^1] = 100;
        Assert.Equal(5000, LatencyBuckets.Percentile(counts, 0.99));
    }

    [Fact]
    public void A_percentile_lies_in_the_bucket_of_the_value_it_stands_for() =>
        Gen.Double[0.01, 4999].Array[1, 200].Sample(values =>
        {
            var counts = LatencyBuckets.Kinds.Select(_ => 0L).ToArray();
            foreach (var value in values)
            {
                counts[LatencyBuckets.Kinds.ToList().IndexOf(LatencyBuckets.KindOf(TimeSpan.FromMilliseconds(value)))]++;
            }

            var exact = values.Order().ElementAt((int)Math.Ceiling(0.95 * values.Length) - 1);
            var estimate = LatencyBuckets.Percentile(counts, 0.95)!.Value;
            var bounds = LatencyBuckets.Bounds.Prepend(0).ToList();
            var bucket = bounds.FindIndex(bound => TimeSpan.FromMilliseconds(exact).TotalMilliseconds <= bound);
            return estimate >= bounds[bucket - 1] && estimate <= bounds[bucket];
        });

    private static async Task TrafficAsync(
        TieredCache cache, int seed, string project, System.Collections.Concurrent.ConcurrentBag<CacheLookup> lookups)
    {
        var random = new Random(seed);
        for (var request = 0; request < 40; request++)
        {
            var query = $"How do I pay for order {random.Next(40)} of {project}?";
            var lookup = await cache.LookupAsync(query, category: request % 3 == 0 ? "orders" : null, cancellationToken: Cancel);
            lookups.Add(lookup);
            if (!lookup.IsHit)
            {
                await cache.SaveAsync(query, "By UPI.", category: lookup.Category, cancellationToken: Cancel);
            }
        }
    }

    private static Task<long> SumAsync(CacheKeeperClientOptions options, string kind, string tier) => Rows.ScalarAsync<long>(
        options.DatabaseUrl!,
        "select coalesce(sum(stat_value), 0)::bigint from cache_stats where stat_name like $1 and metadata->>'project' = $2",
        $"{kind}:{tier}:%@{options.Project}", options.Project);

    private static Task<long> BucketsAsync(CacheKeeperClientOptions options, string tier) => Rows.ScalarAsync<long>(
        options.DatabaseUrl!,
        "select coalesce(sum(stat_value), 0)::bigint from cache_stats where metadata->>'kind' = any($1) and metadata->>'tier' = $2",
        LatencyBuckets.Kinds.ToArray(), tier);
}
