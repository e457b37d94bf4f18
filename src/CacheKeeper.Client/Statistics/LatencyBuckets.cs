using System.Globalization;

namespace CacheKeeper.Client;

/// <summary>The buckets in which lookups are counted by how long they took, and percentiles from them.</summary>
public static class LatencyBuckets
{
    private const string Prefix = "latency_";
    private const string Rest = "latency_inf";

    /// <summary>Upper bounds in milliseconds, each included; what took longer than the last is counted in <c>latency_inf</c>.</summary>
    public static IReadOnlyList<int> Bounds { get; } =
        [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000];

    /// <summary>The kinds of all buckets, the fastest first: <c>latency_1</c> … <c>latency_5000</c>, <c>latency_inf</c>.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Bounds.Select(bound => Prefix + bound.ToString(CultureInfo.InvariantCulture)), Rest];

    /// <summary>The bucket a lookup belongs to. A bucket holds what took longer than the bound before and at most its own.</summary>
    public static string KindOf(TimeSpan elapsed)
    {
        var bucket = 0;
        while (bucket < Bounds.Count && elapsed.TotalMilliseconds > Bounds[bucket])
        {
            bucket++;
        }

        return Kinds[bucket];
    }

    /// <summary>
    /// The time that a share of the lookups did not exceed, in milliseconds, by straight line inside its bucket; the last bound stands for
    /// everything above it. Null without lookups.
    /// </summary>
    /// <param name="counts">One count for each of <see cref="Kinds"/>.</param>
    /// <param name="share">Above 0, at most 1: 0.95 is the 95th percentile.</param>
    public static double? Percentile(IReadOnlyList<long> counts, double share)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var wanted = counts.Sum() * share;
        var before = 0L;
        for (var bucket = 0; bucket < counts.Count; bucket++)
        {
            if (counts[bucket] > 0 && before + counts[bucket] >= wanted)
            {
                var low = bucket == 0 ? 0 : Bounds[bucket - 1];
                var high = bucket < Bounds.Count ? Bounds[bucket] : low;
                return low + ((high - low) * (wanted - before) / counts[bucket]);
            }

            before += counts[bucket];
        }

        return null;
    }
}
