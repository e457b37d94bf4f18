using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Tests.Client;

namespace CacheKeeper.Tests.Metrics;

/// <summary>Every family against what was worked out by hand on a small cache, and PostgreSQL's figures against independent SQL.</summary>
public sealed class CollectionTruthTests(SandboxFixture sandbox)
{
    // A header of 24 bytes; id 8, five integers of 4, four times of 8, one flag; the rest as stored.
    private const string RowBytes = """
        24 + 8 + 5 * 4 + 4 * 8 + 1 + pg_column_size(query_hash) + pg_column_size(query_text) + pg_column_size(response_text) + pg_column_size(project_name) + COALESCE(pg_column_size(project_path), 0)
        + pg_column_size(category) + pg_column_size(agent_id) + COALESCE(pg_column_size(subcategory), 0) + COALESCE(pg_column_size(metadata), 0) + COALESCE(pg_column_size(tags), 0)
        + COALESCE(pg_column_size(performance_score), 0) + COALESCE(pg_column_size(relevance_score), 0)
        """;

    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Every_figure_is_what_was_worked_out_by_hand()
    {
        await using var rig = await CollectionRig.StartAsync(sandbox);
        var at = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await FillAsync(rig, at);
        await CountAsync(rig, 0);
        Assert.Equal(RunOutcome.Done, (await rig.CollectAsync(at - Quarter)).Outcome);
        await CountAsync(rig, 1);
        Assert.Equal(RunOutcome.Done, (await rig.CollectAsync(at)).Outcome);

        var expected = new Dictionary<string, double>
        {
            // PostgreSQL: five rows, the third past its time, the fourth without an end.
            ["postgresql_entries"] = 5,
            ["postgresql_live"] = 4,
            ["postgresql_expired"] = 1,
            ["postgresql_without_ttl"] = 1,
            ["postgresql_categories"] = 3,
            ["postgresql_hot"] = 1,
            ["postgresql_oldest_age"] = 10 * 3_600_000.0,
            ["postgresql_sampling_error"] = 0,
            ["postgresql_optimized_share"] = 2 / 5.0,
            ["entries"] = 5,
            ["postgresql_entry_bytes"] = await rig.SqlAsync($"SELECT sum({RowBytes})::float8 FROM cache_entries c WHERE project_name = $1"),
            ["postgresql_entry_bytes:payments"] = await rig.SqlAsync($"SELECT sum({RowBytes})::float8 FROM cache_entries c WHERE project_name = $1 AND category = 'payments'"),
            ["postgresql_size"] = await rig.SqlAsync("SELECT pg_total_relation_size('cache_entries')::float8 + 0 * length($1)"),
            ["postgresql_usage"] = await rig.SqlAsync("SELECT pg_total_relation_size('cache_entries')::float8 / 1e9 + 0 * length($1)"),
            ["postgresql_table_size"] = await rig.SqlAsync("SELECT pg_relation_size('cache_entries')::float8 + 0 * length($1)"),
            ["postgresql_index_size"] = await rig.SqlAsync("SELECT sum(pg_relation_size(indexrelid))::float8 + 0 * length($1) FROM pg_index WHERE indrelid = 'cache_entries'::regclass"),
            ["duplicate_ratio"] = 1 / 5.0,
            ["freshness"] = (0.5 + 0.75 + 0.5) / 3,
            ["memory_efficiency"] = await rig.SqlAsync($"SELECT sum({RowBytes}) FILTER (WHERE query_hash IN ('r1', 'r4', 'r5'))::float8 / sum({RowBytes}) FROM cache_entries c WHERE project_name = $1"),
            ["unused_bytes"] = await rig.SqlAsync($"SELECT sum({RowBytes})::float8 FROM cache_entries c WHERE project_name = $1 AND query_hash = 'r2'"),
            ["unused_bytes:orders"] = 0,

            // Redis: three keys of 6, 7 and 8 bytes of value under the project's prefix, the last without an end.
            ["upstash_entries"] = 3,
            ["upstash_live"] = 3,
            ["upstash_expired"] = 0,
            ["upstash_without_ttl"] = 1,
            ["upstash_sampling_error"] = 0,
            ["upstash_foreign_share"] = 0,

            // Mem0: four memories: one question twice, one expired, one without a category.
            ["mem0_entries"] = 4,
            ["mem0_live"] = 3,
            ["mem0_expired"] = 1,
            ["mem0_superseded"] = 1,
            ["mem0_sampling_error"] = 0,
            ["memory_health"] = 1 / 4.0,
            ["stale_ratio"] = 2 / 12.0,
            ["categorized_share"] = (4 + 3 + 3) / 12.0,

            // In the quarter hour: 60 hits, 20 misses, 20 without any answer; 64 within 10 ms, 16 in (30, 50].
            ["lookup_count"] = 80,
            ["hit_count"] = 60,
            ["hit_ratio"] = 0.75,
            ["lookups"] = 320,
            ["error_rate"] = 0.2,
            ["availability"] = 0.8,
            ["unavailable_minutes"] = 3,
            ["hit_ratio:payments"] = 50 / 60.0,
            ["hit_ratio:orders"] = 0.5,
            ["lookup_count:payments"] = 60,
            ["hit_count:orders"] = 10,
            ["latency_p50"] = 7 + (3 * 40 / 64.0),
            ["latency_p95"] = 30 + (20 * (76 - 64) / 16.0),
            ["latency_p99"] = 30 + (20 * (79.2 - 64) / 16.0),
            ["latency_mean"] = 800_000 / 1000.0 / 80,
            ["upstash_hit_ratio"] = 0.5,
            ["upstash_lookups"] = 160,
            ["upstash_error_rate"] = 10 / 50.0,
            ["upstash_timeout_rate"] = 4 / 50.0,
            ["upstash_skip_share"] = 50 / 100.0,
            ["score_hit_ratio"] = 1,
            ["score_latency"] = 1,
            ["score_errors"] = 0,
            ["score_tiers"] = 1,
            ["performance_score"] = 0.8,

            // 60 hits of 500 tokens at 0.01 a thousand; a quarter hour of 73 a month (730 hours); 40 + 10 lookups and 5 saves.
            ["requests_saved"] = 60,
            ["tokens_saved"] = 30_000,
            ["money_saved"] = 0.3,
            ["postgresql_cost"] = 0.025,
        };
        foreach (var (series, value) in expected)
        {
            var came = await rig.ValueAsync(series, at);
            Assert.True(came is { } known && Math.Abs(known - value) <= 1e-9 * Math.Max(1, Math.Abs(value)), $"{series}: {came?.ToString() ?? "unknown"}, not {value}");
        }

        // Bytes of a key are its name and its value as Redis counts it.
        var names = 3 * (rig.Project.Length + 1) + "payments:a".Length + "payments:b".Length + "orders:c".Length;
        Assert.InRange((await rig.ValueAsync("upstash_entry_bytes", at))!.Value, names + 21, names + 21 + (3 * 100));
        Assert.True(await rig.ValueAsync("upstash_size", at) > 500_000);
        Assert.Equal((await rig.ValueAsync("upstash_size", at))!.Value / 100_000_000, (await rig.ValueAsync("memory_usage", at))!.Value, 1e-9);
        Assert.Equal(
            await rig.ValueAsync("postgresql_entry_bytes", at) + await rig.ValueAsync("upstash_entry_bytes", at) + await rig.ValueAsync("mem0_entry_bytes", at),
            await rig.ValueAsync("size", at));
        Assert.Equal(0, await rig.ValueAsync("rejected_writes", at));
        Assert.InRange((await rig.ValueAsync("keeper_redis_commands", at))!.Value, 3, 40);
        Assert.InRange((await rig.ValueAsync("keeper_mem0_requests", at))!.Value, 1, 10);
    }

    [Fact]
    public async Task Every_series_is_in_the_catalogue_and_no_first_sample_pretends_to_know_a_rate()
    {
        await using var rig = await CollectionRig.StartAsync(sandbox);
        var at = DateTimeOffset.UtcNow;
        await FillAsync(rig, at);
        await CountAsync(rig, 0);
        await rig.CollectAsync(at);
        var names = await rig.Samples.NamesAsync(rig.Project, CollectionRig.Stop);
        Assert.All(names, name => Assert.True(MetricCatalogue.Keeper.OfSeries(name) is { IsStored: true }, name));
        Assert.DoesNotContain(names, name => name is "hit_ratio" or "lookups" or "lookup_count" or "performance_score" or "requests_saved" or "cost" or "rejected_writes");
    }

    [Fact]
    public async Task A_tier_that_fails_leaves_a_partial_sample_that_says_why_and_makes_no_sum_smaller()
    {
        await using var rig = await CollectionRig.StartAsync(sandbox, redisUrl: "redis://127.0.0.1:1");
        var at = DateTimeOffset.UtcNow;
        await FillAsync(rig, at);
        var result = await rig.CollectAsync(at);
        Assert.Equal(RunOutcome.Degraded, result.Outcome);
        Assert.Contains("Upstash: ", result.Reason, StringComparison.Ordinal);
        Assert.Equal(5, await rig.ValueAsync("postgresql_entries", at));
        Assert.Null(await rig.ValueAsync("upstash_entries", at));
        Assert.Null(await rig.ValueAsync("size", at));
        Assert.Null(await rig.ValueAsync("stale_ratio", at));
        Assert.Equal(2 / 3.0, await rig.ValueAsync("score_tiers", at));
    }

    [Fact]
    public async Task Counters_go_on_after_a_restart_of_the_keeper_and_after_a_reset()
    {
        await using var rig = await CollectionRig.StartAsync(sandbox);
        var at = DateTimeOffset.UtcNow;
        await rig.CountAsync("hit", "all", "payments", 100);
        await rig.CollectAsync(at);
        await rig.CountAsync("hit", "all", "payments", 130);
        await rig.CollectAsync(at + Quarter);
        await rig.CountAsync("hit", "all", "payments", 7);
        await rig.CollectAsync(at + Quarter + Quarter);
        Assert.Equal(30, await rig.ValueAsync("hit_count", at + Quarter));
        Assert.Equal(7, await rig.ValueAsync("hit_count", at + Quarter + Quarter));
    }

    [Fact]
    public async Task Whatever_the_size_a_collection_keeps_to_its_budget_and_says_how_sure_it_is()
    {
        await using var rig = await CollectionRig.StartAsync(sandbox, mem0Page: 5, scanCount: 50);
        rig.Policy = rig.Policy with { MostMem0Requests = 4 };
        var at = DateTimeOffset.UtcNow;
        for (var i = 0; i < 60; i++)
        {
            await rig.MemoryAsync($"m{i}", "payments", $"memory number {i} of sixty", null);
        }

        await rig.KeysAsync(4000);
        var (commands, requests) = (rig.Redis.Meter.Commands, rig.Mem0.Meter.Requests);
        await rig.CollectAsync(at);
        Assert.InRange(rig.Redis.Meter.Commands - commands, 30, 40);
        Assert.InRange((await rig.ValueAsync("upstash_entries", at))!.Value, 2800, 5600);
        Assert.True(await rig.ValueAsync("upstash_sampling_error", at) is >= 0);
        Assert.Equal(4, rig.Mem0.Meter.Requests - requests);
        Assert.Equal(60, await rig.ValueAsync("mem0_entries", at));
        Assert.InRange((await rig.ValueAsync("mem0_sampling_error", at))!.Value, 0.0001, 0.2);
        Assert.Null(await rig.ValueAsync("mem0_superseded", at));
    }

    [Fact]
    public async Task Bloat_is_unknown_before_statistics_small_in_a_full_table_and_most_of_one_that_was_emptied()
    {
        await using var rig = await CollectionRig.StartAsync(sandbox);
        var at = DateTimeOffset.UtcNow;
        await rig.CollectAsync(at);
        Assert.Null(await rig.ValueAsync("postgresql_bloat", at));

        await Rows.ExecuteAsync(rig.Owner, "INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category) SELECT md5(n::text), 'question ' || n, repeat('answer ', 70), $1, 'payments' FROM generate_series(1, 4000) n", rig.Project);
        await Rows.ExecuteAsync(rig.Owner, "ANALYZE cache_entries");
        await rig.CollectAsync(at + Quarter);
        Assert.InRange((await ShareAsync(at + Quarter)).GetValueOrDefault(1), 0, 0.15);

        await Rows.ExecuteAsync(rig.Owner, "DELETE FROM cache_entries WHERE id % 4 > 0");
        await Rows.ExecuteAsync(rig.Owner, "VACUUM ANALYZE cache_entries");
        await rig.CollectAsync(at + Quarter + Quarter);
        Assert.InRange((await ShareAsync(at + Quarter + Quarter)).GetValueOrDefault(), 0.6, 0.9);

        async Task<double?> ShareAsync(DateTimeOffset then) => await rig.ValueAsync("postgresql_bloat", then) / await rig.ValueAsync("postgresql_table_size", then);
    }

    private static async Task FillAsync(CollectionRig rig, DateTimeOffset at)
    {
        await rig.RowAsync("r1", "How do I pay?", "By UPI.", "payments", at.AddHours(-2), at.AddHours(2), at.AddMinutes(-30), 3);
        await rig.RowAsync("r2", "Where is my  refund?", new string('x', 300), "payments", at.AddHours(-1), at.AddHours(3), null, 0);
        await rig.RowAsync("r3", "Is it paid?", "ckz1.-.5.AAAA", "orders", at.AddHours(-10), at.AddHours(-1), at.AddHours(-2), 5);
        await rig.RowAsync("r4", "Who are you?", "A gateway.", "general", at.AddHours(-4), null, at.AddHours(-3), 1, """{"optimized": true}""");
        await rig.RowAsync("r5", " WHERE is my refund? ", "Coming.", "orders", at.AddHours(-5), at.AddHours(5), at.AddHours(-4), 1, """{"optimized": false}""");
        await rig.RowAsync("r6", "How do I pay?", "Not yours.", "payments", at.AddHours(-2), null, null, 9, project: "someone-else");
        await rig.KeyAsync("payments:a", "123456", TimeSpan.FromHours(1));
        await rig.KeyAsync("payments:b", "1234567", TimeSpan.FromHours(1));
        await rig.KeyAsync("orders:c", "12345678", null);
        await rig.MemoryAsync("q1", "payments", "first answer", null);
        await rig.MemoryAsync("q1", "payments", "newer answer", null);
        await rig.MemoryAsync("q2", "orders", "an old one", DateOnly.FromDateTime(at.UtcDateTime.AddDays(-3)));
        await rig.MemoryAsync("q3", null, "whatever", null);
    }

    private static async Task CountAsync(CollectionRig rig, int round)
    {
        (string Kind, string Tier, string Category, long Before, long More)[] counts =
        [
            ("hit", "all", "payments", 1000, 50), ("miss", "all", "payments", 100, 10), ("hit", "all", "orders", 0, 10), ("miss", "all", "orders", 5, 10), ("error", "all", "payments", 3, 20),
            ("latency_10", "all", "payments", 70, 64), ("latency_50", "all", "payments", 0, 16), ("latency_us", "all", "payments", 5_000_000, 800_000),
            ("hit", "upstash", "payments", 900, 20), ("miss", "upstash", "payments", 90, 20), ("error", "upstash", "payments", 0, 10), ("timeout", "upstash", "payments", 0, 4), ("skip", "upstash", "payments", 0, 50),
        ];
        foreach (var (kind, tier, category, before, more) in counts)
        {
            await rig.CountAsync(kind, tier, category, before + (round * more));
        }
    }
}
