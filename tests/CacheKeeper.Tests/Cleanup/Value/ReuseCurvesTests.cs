using CacheKeeper.Cleanup.Value;

namespace CacheKeeper.Tests.Cleanup.Value;

public sealed class ReuseCurvesTests
{
    [Fact]
    public void The_chance_of_re_use_grows_with_the_horizon_and_stays_a_chance()
    {
        var curves = Learn(100, gap: 50);
        var chances = new[] { 1, 10, 40, 100, 1000, 100_000 }.Select(horizon => curves.ChanceWithin(0, 5, horizon)).ToArray();
        Assert.Equal(chances.Order(), chances);
        Assert.All(chances, chance => Assert.InRange(chance, 0, 1));
    }

    [Fact]
    public void Entries_that_always_came_back_after_the_same_gap_are_expected_back()
    {
        var curves = Learn(5000, gap: 64);
        Assert.True(curves.ChanceWithin(0, 1, 100) > 0.9);
        Assert.True(curves.ChanceWithin(0, 1, 20) < 0.2);
    }

    [Fact]
    public void Without_evidence_the_prior_speaks()
    {
        var curves = ReuseCurves.Learn(new GapHistogram(CountClasses.Count, new GapBins(1, 1, 20)), 1, new ReusePolicy { PriorPerOctave = 0.15 });
        Assert.Equal(0.15, curves.ChanceWithin(3, 16, 16), 3);
    }

    private static ReuseCurves Learn(int gaps, double gap)
    {
        var histogram = new GapHistogram(CountClasses.Count, new GapBins(1, 2, 20));
        histogram.AddClosed(0, gap, gaps);
        return ReuseCurves.Learn(histogram, 1, new ReusePolicy());
    }
}
