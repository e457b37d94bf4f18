using System.Diagnostics;
using System.Globalization;
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
        var (reference, furthest) = (Reference(figures), 0.0);
        foreach (var share in Shares)
        {
            var runs = new List<IReadOnlyList<SimulatedPolicy>>();
            foreach (var name in TraceData.Names)
            {
                var trace = TraceData.Read(figures, name);
                var watch = Stopwatch.StartNew();
                var reached = CacheSimulator.Run(trace.Keys, trace.UniqueKeys, (int)(trace.UniqueKeys * share));
                runs.Add(reached);
                furthest = Math.Max(furthest, reference[(name, share)].Zip(reached).Max(pair => Math.Abs(pair.First - pair.Second.HitRatio)));
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

        figures.Add("furthest from the reference rows, points", furthest * 100, 0.1, null, true, $"{reference.Count} rows of 8 policies");
        return Task.CompletedTask;
    }

    private static Dictionary<(string Trace, double Share), double[]> Reference(Figures figures) => File
        .ReadLines(figures.DataFile("traces/reference_hit_ratios.tsv"))
        .Skip(1)
        .Select(line => line.Split('\t'))
        .ToDictionary(cells => (cells[0], Number(cells[4])), cells => cells[6..14].Select(Number).ToArray());

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
}
