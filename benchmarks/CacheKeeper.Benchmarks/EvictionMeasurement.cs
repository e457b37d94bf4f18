using System.Diagnostics;
using CacheKeeper.Optimization.Simulation;

namespace CacheKeeper.Benchmarks;

/// <summary>The keeper's own eviction beside the known policies, replayed on the traces at 1 to 20 % of the keys.</summary>
internal sealed class EvictionMeasurement : IMeasurement
{
    private static readonly double[] Shares = [0.01, 0.05, 0.1, 0.2];

    public string Name => "eviction";

    public string Summary => "Hit ratios of FIFO, LRU, LFU, ARC, SIEVE, S3-FIFO, W-TinyLFU, Belady and our own, capacity 1 to 20 % of the unique keys";

    public Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        foreach (var share in Shares)
        {
            var runs = new List<IReadOnlyList<SimulatedPolicy>>();
            foreach (var name in TraceData.Names)
            {
                var trace = TraceData.Read(figures, name);
                var watch = Stopwatch.StartNew();
                var reached = CacheSimulator.Run(trace.Keys, trace.UniqueKeys, (int)(trace.UniqueKeys * share));
                runs.Add(reached);
                if (name == "arc-oltp" && share is 0.1)
                {
                    figures.Add("arc-oltp, seconds for all policies", watch.Elapsed.TotalSeconds, 30, null, true);
                }

                figures.Add($"{name}, {share * 100:0} % of keys", reached[^1].HitRatio, null, null, false, string.Join(", ", reached.SkipLast(1).Select(policy => $"{policy.Name} {policy.HitRatio:0.0000}")));
            }

            var means = Enumerable.Range(0, runs[0].Count).Select(at => (runs[0][at].Name, Mean: runs.Average(run => run[at].HitRatio))).ToArray();
            var judged = share is 0.1;
            figures.Add($"mean, {share * 100:0} % of keys", means[^1].Mean, judged ? 0.634 : null, judged ? 0.645 : null, false, string.Join(", ", means.SkipLast(1).Select(policy => $"{policy.Name} {policy.Mean:0.0000}")));
        }

        return Task.CompletedTask;
    }
}
