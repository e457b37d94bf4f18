using CacheKeeper.Optimization.Curves;
using CacheKeeper.Optimization.Simulation;
using CacheKeeper.Tests.Cleanup.Value;
using CsCheck;

namespace CacheKeeper.Tests.Optimization.Curves;

public sealed class SampledCurveTests
{
    [Fact]
    public void The_exact_curve_is_what_replaying_reaches_at_every_size() =>
        Gen.Int[0, 25].Array[1, 300].Sample(trace =>
        {
            var sizes = Enumerable.Range(1, 26).ToArray();
            var curve = ExactCurve.Of(trace, 26, sizes);
            Assert.All(curve, point => Assert.Equal(CacheSimulator.Replay(trace, new LruCache(26, point.Capacity)).HitRatio, point.HitRatio, 12));
        }, iter: 100, seed: "0000KfPRWBd0");

    [Theory]
    [InlineData("web07", 1)]
    [InlineData("mooncake-synthetic", 1)]
    [InlineData("lirs-sprite", 0.1)]
    public void A_sampled_curve_is_near_the_exact_one(string name, double rate)
    {
        var trace = SharedTraces.Read(name);
        var sizes = Enumerable.Range(1, 20).Select(step => trace.UniqueKeys * step / 20).ToArray();
        var sampled = new SampledCurve(new CurvePolicy { Rate = rate, MostKeys = 4096, Seed = 3 });
        foreach (var key in trace.Keys)
        {
            sampled.Add(key);
        }

        Assert.InRange(sampled.Followed, 1, 4096);
        var exact = ExactCurve.Of(trace.Keys, trace.UniqueKeys, sizes);
        var error = sampled.Points(sizes, trace.UniqueKeys).Zip(exact).Average(pair => Math.Abs(pair.First.HitRatio - pair.Second.HitRatio));
        Assert.True(error <= 0.02, $"mean absolute error {error * 100:0.00} points");
    }

    [Fact]
    public void Ratios_grow_with_the_size_and_lie_in_their_interval() =>
        Gen.Select(Gen.Int[0, 500].Array[50, 3000], Gen.UInt).Sample((trace, seed) =>
        {
            var sampled = new SampledCurve(new CurvePolicy { MostKeys = 64, Seed = seed });
            Array.ForEach(trace, sampled.Add);
            var points = sampled.Points([1, 5, 20, 60, 200, 500]);
            Assert.Equal(points.Select(point => point.HitRatio).Order(), points.Select(point => point.HitRatio));
            Assert.All(points, point => Assert.InRange(point.HitRatio, point.Lower90, point.Upper90));
        }, iter: 100, seed: "0000KfPRWBd0");
}
