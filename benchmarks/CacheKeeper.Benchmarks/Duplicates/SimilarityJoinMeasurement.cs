using System.Diagnostics;
using System.Numerics.Tensors;
using CacheKeeper.Cleanup.Similarity;

namespace CacheKeeper.Benchmarks.Duplicates;

/// <summary>The similarity join against comparing every pair with TensorPrimitives, on one thread, in the same run (goal P16).</summary>
internal sealed class SimilarityJoinMeasurement : IMeasurement
{
    private const int Count = 50_000;
    private const float Threshold = 0.92f;
    private const int NaiveRows = 800;
    private const int Seed = 20261123;

    public string Name => "similarity-join";

    public string Summary => "All pairs of cosine ≥ 0.92 among 50k × 384 vectors: speed against naive TensorPrimitives, recall against the exact join, memory, growth to 200k";

    public Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        Find(VectorSets.Clustered(4_000, Seed), exact: false);
        var before = Environment.WorkingSet;
        Find(VectorSets.Clustered(Count, Seed), exact: false);
        MeasureMemory(figures, before);
        Compare(figures, "gaussian", VectorSets.Gaussian(Count, Seed));
        Compare(figures, "clustered", VectorSets.Clustered(Count, Seed));
        Compare(figures, "crowded", VectorSets.Crowded(Count, Seed));
        MeasureGrowth(figures);
        return Task.CompletedTask;
    }

    private static void MeasureMemory(Figures figures, long before)
    {
        using var process = Process.GetCurrentProcess();
        const double Megabyte = 1 << 20;
        var vectors = Count * (double)VectorSets.Length * sizeof(float);
        var allowed = 1.4 * vectors + 32 * Megabyte;
        figures.Add("memory_mb", (process.PeakWorkingSet64 - before) / Megabyte, allowed / Megabyte, lowerIsBetter: true, note: "peak working set of making and joining 50k vectors, vectors included");
    }

    private static void Compare(Figures figures, string set, float[] values)
    {
        var naive = Naive(values);
        var exact = Find(values, exact: true);
        var fast = Find(values, exact: false);
        var found = fast.Pairs.Select(pair => (pair.Left, pair.Right)).ToHashSet();
        var recall = exact.Pairs.Count(pair => found.Contains((pair.Left, pair.Right))) / (double)Math.Max(exact.Pairs.Count, 1);
        figures.Add($"{set}_speedup", naive / fast.Seconds, 20, note: $"{fast.Seconds:F2} s against {naive:F1} s (naive timed on {NaiveRows} rows, scaled)");
        figures.Add($"{set}_recall", recall, 0.995, note: $"{exact.Pairs.Count} pairs");
        figures.Add($"{set}_exact_speedup", naive / exact.Seconds, 5, note: $"{exact.Seconds:F2} s");
    }

    private static void MeasureGrowth(Figures figures)
    {
        var small = Find(VectorSets.Clustered(Count, Seed), exact: false).Seconds;
        var large = Find(VectorSets.Clustered(4 * Count, Seed), exact: false).Seconds;
        figures.Add("growth_exponent", Math.Log(large / small) / Math.Log(4), 1.5, lowerIsBetter: true, note: $"50k {small:F2} s, 200k {large:F2} s");
    }

    private static (IReadOnlyList<NearPair> Pairs, double Seconds) Find(float[] values, bool exact)
    {
        var begun = Stopwatch.GetTimestamp();
        var pairs = NearDuplicateJoin.Find(new VectorSet(values, VectorSets.Length), Threshold, JoinPolicy.Default with { Exact = exact });
        return (pairs.Pairs, Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    // Rows spread over the set, each against all others, as the double loop would meet them; the whole would take minutes.
    private static double Naive(float[] values)
    {
        var count = values.Length / VectorSets.Length;
        var (hits, compared) = (0, 0L);
        var begun = Stopwatch.GetTimestamp();
        for (var row = 0; row < count; row += count / NaiveRows)
        {
            var left = values.AsSpan(row * VectorSets.Length, VectorSets.Length);
            for (var other = row + 1; other < count; other++, compared++)
            {
                hits += TensorPrimitives.Dot(left, values.AsSpan(other * VectorSets.Length, VectorSets.Length)) >= Threshold ? 1 : 0;
            }
        }

        GC.KeepAlive(hits);
        return Stopwatch.GetElapsedTime(begun).TotalSeconds * (count * (count - 1.0) / 2) / compared;
    }
}
