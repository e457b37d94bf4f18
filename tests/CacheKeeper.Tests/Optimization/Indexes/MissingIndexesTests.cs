using CacheKeeper.Optimization;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Indexes;
using CacheKeeper.Tests.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Optimization.Indexes;

/// <summary>An index is missed where readers need it and scans show that it hurts, and nowhere else; on a planted set over a real PostgreSQL too.</summary>
public sealed class MissingIndexesTests(SandboxFixture sandbox)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static TableFacts Large => new("public", "cache_entries", 50_000, 0, 1 << 20, true) { SequentialScans = 10, SequentialRows = 500_000 };

    private static IndexFacts Index(params string[] keys) => new("public", "cache_entries", "one", "CREATE INDEX one …") { Keys = keys };

    [Fact]
    public void A_large_table_that_is_read_whole_misses_its_index()
    {
        var missing = Assert.Single(Find(Large));
        Assert.Equal("CREATE INDEX CONCURRENTLY cache_entries_query_hash ON \"public\".\"cache_entries\" (project_name, query_hash)", missing.Statement);
        Assert.Equal("Needed by every lookup of a row. 10 sequential scans read 50,000 rows each, of 50,000.", missing.Evidence);
    }

    [Fact]
    public void A_small_table_one_that_is_not_read_whole_and_one_that_is_not_there_miss_nothing()
    {
        Assert.Empty(Find(Large with { LiveRows = 9_999 }));
        Assert.Empty(Find(Large with { SequentialScans = 0, SequentialRows = 0 }));
        Assert.Empty(Find(Large with { SequentialScans = 1000 }));
        Assert.Empty(Find(Large with { Name = "something_else" }));
        Assert.Single(MissingIndexes.Find(new DatabaseFacts(Now, [Large with { Name = "answers" }], []), "answers"));
    }

    [Theory]
    [InlineData(true, "query_hash 0 1 2")]
    [InlineData(true, "project_name 0 1 2", "query_hash 0 1 2")]
    [InlineData(true, "\"query_hash\" 0 1 2", "category 0 1 2")]
    [InlineData(false, "category 0 1 2", "query_hash 0 1 2")]
    [InlineData(false, "project_name 0 1 2", "category 0 1 2")]
    public void An_index_serves_by_its_first_columns(bool serves, params string[] keys) => Assert.Equal(serves, Find(Large, Index(keys)).Count == 0);

    [Fact]
    public void An_invalid_a_partial_and_another_tables_index_serve_nobody()
    {
        var index = Index("query_hash 0 1 2");
        Assert.Single(Find(Large, index with { Valid = false }));
        Assert.Single(Find(Large, index with { Predicate = "(category = 'a')" }));
        Assert.Single(Find(Large, index with { Table = "cache_stats" }));
        Assert.Single(Find(Large, index with { Schema = "other" }));
    }

    [Fact]
    public async Task On_a_real_server_the_index_is_missed_after_scans_and_not_after_the_advice_was_followed()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        await Rows.ExecuteAsync(rig.DatabaseUrl, "insert into cache_entries (query_hash, query_text, response_text, project_name) select md5(n::text), 'q', 'r', 'p' from generate_series(1, 20000) as n");
        await Rows.ExecuteAsync(rig.DatabaseUrl, "analyze cache_entries");
        await AskAsync(rig.DatabaseUrl);
        Assert.Empty(await MissingAsync(rig));

        await DropAsync(rig.DatabaseUrl);
        await Rows.ExecuteAsync(rig.DatabaseUrl, "create index only_some on cache_entries (query_hash) where category = 'payments'");
        await Rows.ExecuteAsync(rig.DatabaseUrl, "create index not_first on cache_entries (category, query_hash)");
        await AskAsync(rig.DatabaseUrl);
        var missing = Assert.Single(await MissingAsync(rig));
        Assert.Equal("cache_entries", missing.Table.Name);
        var advice = Assert.Single(IndexRule.Advise(new AdviceInputs("p", rig.Time.GetUtcNow(), new OptimizerPolicy()) { Database = await LookAsync(rig) }), one => one.Id == "index:missing:cache_entries");
        Assert.True(advice is { Demanded: true, Action: null });

        await Rows.ExecuteAsync(rig.DatabaseUrl, advice.Command);
        Assert.Empty(await MissingAsync(rig));
    }

    private static IReadOnlyList<MissingIndex> Find(TableFacts table, params IndexFacts[] indexes) => MissingIndexes.Find(new DatabaseFacts(Now, [table], indexes), "cache_entries");

    private static async Task<IReadOnlyList<MissingIndex>> MissingAsync(OptimizerRig rig) => MissingIndexes.Find(await LookAsync(rig), "cache_entries");

    private static Task<DatabaseFacts> LookAsync(OptimizerRig rig) =>
        new IndexStore(rig.Keeper.Tiers.OfType<PostgresTier>().Single(), rig.Keeper.Notes, rig.Keeper.Project).ReadAsync(rig.Time.GetUtcNow(), remember: false, Stop);

    // As a lookup asks; the session tells its counts when it ends.
    private static async Task AskAsync(string url)
    {
        for (var lookup = 0; lookup < 5; lookup++)
        {
            await Rows.ExecuteAsync(url, "select response_text from cache_entries where query_hash = $1 and project_name = 'p'", "no such hash");
        }
    }

    // Every index that would serve, whatever this schema calls it.
    private static Task DropAsync(string url) => Rows.ExecuteAsync(url, """
        do $$ declare one record; begin
            for one in select x.relname, t.conname from pg_index i join pg_class x on x.oid = i.indexrelid left join pg_constraint t on t.conindid = x.oid
                where i.indrelid = 'cache_entries'::regclass and not i.indisprimary and (pg_get_indexdef(x.oid, 1, true) = 'query_hash' or pg_get_indexdef(x.oid, 2, true) = 'query_hash')
            loop
                if one.conname is not null then execute format('alter table cache_entries drop constraint %I', one.conname);
                else execute format('drop index %I', one.relname); end if;
            end loop;
        end $$
        """);
}
