using CacheKeeper.Analytics.Anomalies;
using CsCheck;

namespace CacheKeeper.Tests.Analytics.Anomalies;

public sealed class RankedValuesTests
{
    [Fact]
    public void The_median_is_that_of_the_last_values() =>
        Gen.Double[-100, 100].List[1, 60].Sample(values =>
        {
            var ranked = new RankedValues(16);
            values.ForEach(ranked.Add);
            double[] kept = [.. values.TakeLast(16).Order()];
            Assert.Equal(kept[kept.Length / 2], ranked.Median);
        });

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.96)]
    [InlineData(0.025, -1.96)]
    public void A_rank_becomes_a_normal_quantile(double share, double quantile)
    {
        var ranked = new RankedValues(1000);
        for (var i = 0; i < 1000; i++)
        {
            ranked.Add(i);
        }

        Assert.Equal(quantile, ranked.NormalScore(share * 1000), 0.02);
    }
}
