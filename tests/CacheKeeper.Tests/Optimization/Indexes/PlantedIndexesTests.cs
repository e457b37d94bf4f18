using CacheKeeper.Optimization;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Indexes;
using CacheKeeper.Tests.Client;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Tests.Optimization.Indexes;

/// <summary>Index advice on a planted set over a real PostgreSQL: right on every one, and nothing that is needed is advised against.</summary>
public sealed class PlantedIndexesTests(SandboxFixture sandbox)
{
    private static readonly string[] Unused = ["unused_path", "unused_tags", "unused_level", "unused_created_desc", "unused_partial"];
    private static readonly string[] Duplicate = ["zz_scope_again", "zz_hash_again", "zz_updated_again", "zz_partial_again"];
    private static readonly string[] Invalid = ["invalid_1", "invalid_2", "invalid_3"];
    private static readonly string[] Used = ["used_subcategory", "used_agent", "used_score"];
    private static readonly string[] Young = ["young_accessed", "young_hits", "young_misses", "young_agent_created", "young_lower_category"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_planted_indexes_are_judged_right_and_no_needed_one_is_advised_against()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        await PlantAsync(rig.DatabaseUrl);
        await LookAsync(rig);
        rig.Time.Advance(TimeSpan.FromDays(20));
        await UseAsync(rig.DatabaseUrl);
        await LookAsync(rig);
        rig.Time.Advance(TimeSpan.FromDays(10));
        await PlantYoungAsync(rig.DatabaseUrl);
        await LookAsync(rig);
        rig.Time.Advance(TimeSpan.FromDays(6));
        var facts = await LookAsync(rig);

        var verdicts = IndexJudge.Judge(facts, new IndexPolicy());
        Assert.Equal(Unused.Order(), Names(verdicts, IndexFinding.Unused).Where(name => !name.StartsWith("cache_", StringComparison.Ordinal)));
        Assert.Equal(Duplicate.Order(), Names(verdicts, IndexFinding.Duplicate));
        Assert.Equal(Invalid.Order(), Names(verdicts, IndexFinding.Invalid));
        Assert.DoesNotContain(verdicts, verdict => Used.Contains(verdict.Index.Name) || Young.Contains(verdict.Index.Name) || verdict.Index.Primary || (verdict.Index.Constraint && verdict.Index.Valid));

        var advice = IndexRule.Advise(new AdviceInputs("p", rig.Time.GetUtcNow(), new OptimizerPolicy()) { Database = facts }).ToList();
        Assert.All(advice, one => Assert.True(one.Action is null || one.Action.Maintenance!.Kind == "reindex", one.What));
        Assert.Contains(advice, one => one.Command == "DROP INDEX CONCURRENTLY \"public\".\"unused_tags\"" && one.Evidence[0].Contains("watched for 36 days", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rebuild_that_meets_a_lock_gives_up_and_leaves_no_unfinished_copy()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        await using var source = NpgsqlDataSource.Create(CacheKeeper.Client.PostgreSqlUrl.ToConnectionString(rig.DatabaseUrl));
        await using var blocker = await source.OpenConnectionAsync(Stop);
        await using var transaction = await blocker.BeginTransactionAsync(Stop);
        await using (var touch = new NpgsqlCommand("insert into cache_entries (query_hash, query_text, response_text, project_name) values ('h', 'q', 'r', 'p')", blocker))
        {
            await touch.ExecuteNonQueryAsync(Stop);
        }

        var runner = new MaintenanceRunner(rig.Keeper.Tiers.OfType<PostgresTier>().Single(), rig.Keeper.Notes, rig.Keeper.Project, new IndexPolicy { LockTimeout = TimeSpan.FromMilliseconds(200) }, rig.Time);
        var (done, sentence) = await runner.RunAsync(new MaintenanceStep("reindex", "public", "cache_entries_scope"), Stop);
        Assert.False(done);
        Assert.Contains("is still locked; the next run removes it", sentence, StringComparison.Ordinal);
        await transaction.RollbackAsync(Stop);
        Assert.Equal(1, await runner.RemoveLeftoversAsync(Stop));
        Assert.Equal(0, await runner.RemoveLeftoversAsync(Stop));
        Assert.Equal(0, await Rows.ScalarAsync<long>(rig.DatabaseUrl, "select count(*) from pg_index where not indisvalid"));
        Assert.True((await runner.RunAsync(new MaintenanceStep("reindex", "public", "cache_entries_scope"), Stop)).Done);
        Assert.True((await runner.RunAsync(new MaintenanceStep("vacuum", "public", "cache_entries"), Stop)).Done);
        Assert.True((await runner.RunAsync(new MaintenanceStep("analyze", "public", "cache_entries"), Stop)).Done);
    }

    private static IEnumerable<string> Names(IEnumerable<IndexVerdict> verdicts, IndexFinding finding) => verdicts.Where(verdict => verdict.Finding == finding).Select(verdict => verdict.Index.Name).Order(StringComparer.Ordinal);

    private static Task<DatabaseFacts> LookAsync(OptimizerRig rig) =>
        new IndexStore(rig.Keeper.Tiers.OfType<PostgresTier>().Single(), rig.Keeper.Notes, rig.Keeper.Project).ReadAsync(rig.Time.GetUtcNow(), remember: true, Stop);

    private static async Task PlantAsync(string url)
    {
        await Rows.ExecuteAsync(url, """
            insert into cache_entries (query_hash, query_text, response_text, project_name, subcategory, agent_id)
            select md5(n::text), 'q', 'r', 'p', 's' || n % 7, 'a' || n % 5 from generate_series(1, 500) as n
            """);
        string[] statements =
        [
            "create index unused_path on cache_entries (project_path)",
            "create index unused_tags on cache_entries using gin (tags)",
            "create index unused_level on cache_entries (optimization_level)",
            "create index unused_created_desc on cache_entries (created_at desc)",
            "create index unused_partial on cache_entries (created_at) where pinned_test(metadata)",
            "create index zz_scope_again on cache_entries (project_name, category, agent_id, accessed_at desc)",
            "create index zz_hash_again on cache_entries (query_hash)",
            "create index used_updated on cache_entries (updated_at)",
            "create index zz_updated_again on cache_entries (updated_at)",
            "create index zz_partial_again on cache_entries (created_at) where pinned_test(metadata)",
            "create index used_subcategory on cache_entries (subcategory)",
            "create index used_agent on cache_entries (agent_id)",
            "create index used_score on cache_entries (relevance_score)",
        ];
        await Rows.ExecuteAsync(url, "create function pinned_test(m jsonb) returns boolean language sql immutable as $$ select coalesce(m ->> 'pinned', '') = 'true' $$");
        foreach (var statement in statements)
        {
            await Rows.ExecuteAsync(url, statement);
        }

        // A concurrent build over values that are not unique fails and leaves an invalid index behind.
        foreach (var (name, column) in Invalid.Zip((string[])["query_text", "project_name", "category"]))
        {
            await Assert.ThrowsAsync<PostgresException>(() => Rows.ExecuteAsync(url, $"create unique index concurrently {name} on cache_entries ({column})"));
        }
    }

    private static async Task PlantYoungAsync(string url)
    {
        string[] columns = ["accessed_at", "hit_count", "miss_count", "agent_id, created_at", "lower(category)"];
        foreach (var (name, column) in Young.Zip(columns))
        {
            await Rows.ExecuteAsync(url, $"create index {name} on cache_entries ({column})");
        }
    }

    private static async Task UseAsync(string url)
    {
        string[] questions = ["subcategory = 's1'", "agent_id = 'a1'", "relevance_score = 1.0", "updated_at = now()"];
        foreach (var question in questions)
        {
            await Rows.ExecuteAsync(url, $"do $$ begin perform set_config('enable_seqscan', 'off', true); perform count(*) from cache_entries where {question}; end $$");
        }
    }
}
