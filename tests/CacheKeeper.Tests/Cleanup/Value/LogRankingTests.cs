using CacheKeeper.Cleanup.Value;
using CsCheck;

namespace CacheKeeper.Tests.Cleanup.Value;

public sealed class LogRankingTests
{
    private const double Removed = 0.6;

    // The better of recency and counts of reference_cleanup.tsv.
    [Theory]
    [InlineData("apache-4days", 0.939)]
    [InlineData("web07", 0.863)]
    [InlineData("lirs-multi2", 0.819)]
    [InlineData("lirs-sprite", 0.971)]
    public void The_value_is_within_a_hundredth_of_the_better_fixed_rule(string name, double better)
    {
        var trace = SharedTraces.Read(name);
        var ranking = LogRanking.Of(trace.Keys.AsSpan(0, trace.Keys.Length / 2), trace.UniqueKeys, Removed, new ValuePolicy());
        Assert.InRange(SharedTraces.Retained(trace, ranking.Kept(Removed)), better - 0.01, 1);
    }

    [Fact]
    public void Too_short_a_log_says_so_and_falls_back_to_counts()
    {
        var ranking = LogRanking.Of([0, 1, 1, 2, 0, 3, 1], 4, 0.5, new ValuePolicy());
        Assert.False(ranking.Profile.Enough);
        Assert.Equal(ValueRule.Plain, ranking.Profile.Rule);
        Assert.Contains("too few", ranking.Profile.Reason, StringComparison.Ordinal);
        Assert.Equal([0, 1], ranking.Kept(0.5).Order());
    }

    [Fact]
    public void Equal_values_go_in_the_order_of_their_last_access() =>
        Assert.Equal([2, 0, 1, 3], RemovalOrder.Of([1, 1, 0, 7]));

    [Fact]
    public void Whatever_the_log_kept_and_removed_entries_are_all_that_is_stored() =>
        Gen.Select(Gen.Int[0, 40].Array[1, 900], Gen.Double[0, 1]).Sample((log, share) =>
        {
            var ranking = LogRanking.Of(log, 41, share, new ValuePolicy());
            var kept = ranking.Kept(share);
            var stored = log.Distinct().ToHashSet();
            Assert.Equal(stored.Count - (int)Math.Floor((stored.Count * share) + 1e-9), kept.Distinct().Count());
            Assert.Subset(stored, kept.ToHashSet());
        }, iter: 60, seed: "0000KfPRWBd0");

    [Fact]
    public void A_usage_log_counts_what_the_log_says()
    {
        var usage = UsageLog.Of([5, 3, 5, 5, 2], 6);
        Assert.Equal([3, 5, 2], usage.Keys);
        Assert.Equal([1, 3, 1], usage.Counts);
        Assert.Equal([1, 0, 4], usage.First);
        Assert.Equal([1, 3, 4], usage.Last);
        Assert.Equal([0, 1, 0], usage.LastGap);
    }
}
