using CacheKeeper.Optimization;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Indexes;
using CacheKeeper.Tests.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Optimization;

/// <summary>Slow statements on the cache's tables, as pg_stat_statements of a real server tells them; and what is said without a log.</summary>
public sealed class StatementRuleTests(SandboxFixture sandbox)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void What_is_slow_on_average_is_told_with_the_costliest_first_and_nothing_is_done()
    {
        var advice = Advise(new StatementFacts("select slow", 10, 300, 3_000, 2), new StatementFacts("select quick often", 100_000, 199, 19_900_000, 1), new StatementFacts("select slower", 100, 250, 25_000, 0.25), new StatementFacts("analyze", 4, 900, 3_600, 0));
        Assert.Equal(["statement:1", "statement:2"], advice.Select(one => one.Id));
        Assert.Equal("select slower", advice[0].Evidence[0]);
        Assert.Equal("It ran 100 times and took 25 s together.", advice[0].Why);
        Assert.All(advice, one => Assert.True(one is { Action: null, Rule: "statement" }));
    }

    [Fact]
    public void A_long_text_is_cut_and_without_the_extension_nothing_is_said()
    {
        var one = Assert.Single(Advise(new StatementFacts(new string('x', 500), 5, 1000, 5000, 1)));
        Assert.Equal(161, one.Evidence[0].Length);
        Assert.Equal("It ran 5 times and took 5 s together.", one.Why);
        Assert.Equal("select 1", Assert.Single(Advise(new StatementFacts("select\n   1", 5, 300, 1500, 1))).Evidence[0]);
        Assert.Empty(StatementRule.Advise(new AdviceInputs("p", Now, new OptimizerPolicy()) { Database = new DatabaseFacts(Now, [], []) }));
        Assert.Empty(StatementRule.Advise(new AdviceInputs("p", Now, new OptimizerPolicy())));
    }

    [Fact]
    public async Task On_a_real_server_the_slow_one_on_our_table_is_told_and_no_other()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        await using var other = await OptimizerRig.OpenAsync(sandbox);
        await Rows.ExecuteAsync(rig.DatabaseUrl, "create table invoices (id int)");
        await Rows.ExecuteAsync(rig.DatabaseUrl, "select pg_sleep(0.25), count(*) as planted_slow from cache_entries");
        await Rows.ExecuteAsync(rig.DatabaseUrl, "select count(*) as planted_quick from cache_entries");
        await Rows.ExecuteAsync(rig.DatabaseUrl, "select pg_sleep(0.25), count(*) as planted_elsewhere from invoices");
        await Rows.ExecuteAsync(other.DatabaseUrl, "select pg_sleep(0.25), count(*) as planted_neighbour from cache_entries");
        var facts = await new IndexStore(rig.Keeper.Tiers.OfType<PostgresTier>().Single(), rig.Keeper.Notes, rig.Keeper.Project).ReadAsync(rig.Time.GetUtcNow(), remember: false, Stop);
        Assert.Contains(facts.Statements!, statement => statement.Text.Contains("planted_quick", StringComparison.Ordinal));
        var told = StatementRule.Advise(new AdviceInputs("p", rig.Time.GetUtcNow(), new OptimizerPolicy { Indexes = new IndexPolicy { SlowCalls = 1 } }) { Database = facts }).Where(one => one.Evidence[0].Contains("planted", StringComparison.Ordinal)).ToList();
        Assert.Contains("planted_slow", Assert.Single(told).Evidence[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_log_the_rows_are_said_to_tell_too_little_and_no_lifetime_is_advised()
    {
        await using var rig = await OptimizerRig.OpenAsync(sandbox);
        await Rows.ExecuteAsync(rig.DatabaseUrl, "insert into cache_entries (query_hash, query_text, response_text, project_name, access_count, accessed_at) select md5(n::text), 'q', 'r', $1, n, now() from generate_series(1, 50) as n", rig.Keeper.Project);
        var run = await rig.OptimizeAsync(dryRun: true);
        Assert.Contains("cannot be told from them, so lifetimes stay as they are", run.Inputs!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"ttl:", run.Plan?.ToJsonString() ?? "", StringComparison.Ordinal);
    }

    private static List<Recommendation> Advise(params StatementFacts[] statements) =>
        [.. StatementRule.Advise(new AdviceInputs("p", Now, new OptimizerPolicy()) { Database = new DatabaseFacts(Now, [], []) { Statements = statements } })];
}
