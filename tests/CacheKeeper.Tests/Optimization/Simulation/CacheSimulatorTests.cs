using System.Globalization;
using CacheKeeper.Optimization.Simulation;
using CacheKeeper.Tests.Cleanup.Value;
using CsCheck;

namespace CacheKeeper.Tests.Optimization.Simulation;

public sealed class CacheSimulatorTests
{
    // The long traces' rows are held by `./bench eviction`.
    [Theory]
    [InlineData("apache-4days")]
    [InlineData("lirs-multi2")]
    [InlineData("lirs-sprite")]
    public void Every_reference_row_is_reproduced(string name)
    {
        var trace = SharedTraces.Read(name);
        var rows = File.ReadLines(Repository.DataFile("traces/reference_hit_ratios.tsv")).Select(line => line.Split('\t')).Where(cells => cells[0] == name);
        foreach (var cells in rows)
        {
            var expected = cells[6..14].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray();
            var reached = CacheSimulator.Run(trace.Keys, trace.UniqueKeys, int.Parse(cells[5], CultureInfo.InvariantCulture));
            Assert.Equal(["fifo", "lru", "lfu", "arc", "sieve", "s3-fifo", "w-tinylfu", "belady", "cachekeeper"], reached.Select(policy => policy.Name));
            Assert.All(expected.Zip(reached), pair => Assert.InRange(pair.Second.HitRatio, pair.First - 0.0001, pair.First + 0.0001));
        }
    }

    [Fact]
    public void Lru_keeps_exactly_the_keys_asked_for_last() =>
        Gen.Select(Gen.Int[0, 15].Array[1, 200], Gen.Int[1, 12]).Sample((trace, capacity) =>
        {
            var (recent, hits) = (new List<int>(), 0);
            foreach (var key in trace)
            {
                hits += recent.Remove(key) ? 1 : 0;
                recent.Add(key);
                if (recent.Count > capacity)
                {
                    recent.RemoveAt(0);
                }
            }

            Assert.Equal((double)hits / trace.Length, CacheSimulator.Replay(trace, new LruCache(16, capacity)).HitRatio, 12);
        }, seed: "0000KfPRWBd0");

    [Fact]
    public void No_policy_beats_the_optimum_and_all_are_alike_without_a_limit() =>
        Gen.Select(Gen.Int[0, 30].Array[1, 400], Gen.Int[1, 31]).Sample((trace, capacity) =>
        {
            var limited = CacheSimulator.Run(trace, 31, capacity);
            var optimum = limited.Single(policy => policy.Name == "belady").HitRatio;
            Assert.All(limited, policy => Assert.InRange(policy.HitRatio, 0, optimum + 1e-12));
            var unlimited = 1 - ((double)trace.Distinct().Count() / trace.Length);
            Assert.All(CacheSimulator.Run(trace, 31, 400), policy => Assert.Equal(unlimited, policy.HitRatio, 12));
        }, iter: 200, seed: "0000KfPRWBd0");
}
