using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Tests.Cleanup.Value;

public sealed class RemovalEffectTests
{
    [Fact]
    public void Each_removed_entry_costs_at_most_its_chance_of_one_miss()
    {
        var effect = RemovalEffect.Of([0.5, 0.25, 0.25], 100, [], new RemovalEffectPolicy());
        Assert.Equal(0.01, effect.Loss!.Value, 9);
    }

    [Fact]
    public void A_past_that_lost_more_than_promised_raises_the_promise()
    {
        double[] chances = [.. Enumerable.Repeat(0.1, 500)];
        var (plain, warned) = (RemovalEffect.Of(chances, 1000, [1, 1, 1], new()), RemovalEffect.Of(chances, 1000, [2, 2.2, 1.9], new()));
        Assert.True(warned.Loss > plain.Loss);
    }

    // The small traces, seen to several points: the loss promised against what came. `./bench cleanup-value` holds it to 2 points on all of them.
    [Fact]
    public void On_replayed_traces_promises_hold()
    {
        var policy = new ValuePolicy();
        var (errors, inside, all) = (0.0, 0, 0);
        foreach (var name in new[] { "apache-4days", "web07", "lirs-multi2", "lirs-sprite" })
        {
            var trace = SharedTraces.Read(name);
            foreach (var (seen, share) in new[] { (0.35, 0.4), (0.5, 0.6), (0.65, 0.4) })
            {
                var cut = (int)(trace.Keys.Length * seen);
                var ranking = LogRanking.Of(trace.Keys.AsSpan(0, cut), trace.UniqueKeys, share, policy);
                var horizon = (int)(cut * policy.HorizonShare);
                var future = BackTest.FutureCounts(ranking.Usage, trace.Keys.AsSpan(cut, horizon), trace.UniqueKeys, out _);
                var lost = ranking.Order[..RemovalOrder.Removed(ranking.Order.Length, share)].Count(slot => future[slot] > 0) / (double)horizon;
                var effect = ranking.Effect(share, policy);
                errors += Math.Abs(effect.Loss!.Value - lost);
                inside += lost >= effect.Lower90 && lost <= effect.Upper90 ? 1 : 0;
                all++;
            }
        }

        Assert.True(errors / all <= 0.025, $"mean error {errors / all * 100:0.00} points");
        Assert.True(inside >= all * 0.75, $"{inside} of {all} inside");
    }
}
