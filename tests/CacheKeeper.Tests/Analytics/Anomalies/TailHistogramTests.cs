using CacheKeeper.Analytics.Anomalies;

namespace CacheKeeper.Tests.Analytics.Anomalies;

public sealed class TailHistogramTests
{
    private const int Memory = 100_000;

    [Fact]
    public void A_rank_inside_the_known_range_is_its_surprise()
    {
        var histogram = Exponential(10_000);
        Assert.Equal(-Math.Log10(0.5), histogram.Surprise(Math.Log(2)), 0.03);
    }

    [Fact]
    public void An_exponential_tail_is_continued_beyond_what_was_seen()
    {
        // The chance of more than x is e^-x, so x = 20 is worth 20/ln 10 = 8.69 decimal orders.
        Assert.Equal(20 / Math.Log(10), Exponential(10_000).Surprise(20), 0.7);
    }

    [Fact]
    public void Smallness_is_ranked_from_below() =>
        Assert.Equal(-Math.Log10(1 - Math.Exp(-0.1)), Exponential(10_000).SurpriseOfSmallness(0.1), 0.05);

    [Fact]
    public void The_first_magnitude_after_zeros_is_rarer_than_all_that_was_seen()
    {
        var histogram = new TailHistogram(0.1, Memory);
        for (var i = 0; i < 999; i++)
        {
            histogram.Add(0);
        }

        Assert.Equal(0, histogram.Surprise(0));
        Assert.True(histogram.Surprise(1e-3) > 3);
    }

    [Fact]
    public void Units_do_not_matter()
    {
        var (small, large) = (Exponential(1000), Exponential(1000, 1e6));
        Assert.All(new[] { 0.01, 0.5, 2, 9, 50 }, magnitude => Assert.Equal(small.Surprise(magnitude), large.Surprise(magnitude * 1e6), 1e-9));
    }

    [Fact]
    public void The_far_past_fades()
    {
        var histogram = new TailHistogram(0.1, 1000);
        for (var i = 0; i < 20_000; i++)
        {
            histogram.Add(i < 1000 ? 100 : 1);
        }

        Assert.True(histogram.Surprise(50) > 3);
    }

    private static TailHistogram Exponential(int count, double unit = 1)
    {
        var histogram = new TailHistogram(0.1, Memory);
        for (var i = 0; i < count; i++)
        {
            histogram.Add(-Math.Log((i + 0.5) / count) * unit);
        }

        return histogram;
    }
}
