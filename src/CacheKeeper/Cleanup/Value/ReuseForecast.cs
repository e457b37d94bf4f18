namespace CacheKeeper.Cleanup.Value;

/// <summary>The chance of each entry of a log to be asked for again within a horizon, learned from the gaps in that log.</summary>
internal static class ReuseForecast
{
    private const int Octaves = 26;
    private const int FineClasses = 4;

    /// <param name="log">The same log that <paramref name="usage"/> sums up.</param>
    /// <param name="horizon">How many requests ahead.</param>
    public static double[] Chances(ReadOnlySpan<int> log, UsageLog usage, int uniqueKeys, double horizon, ValuePolicy policy)
    {
        var chances = new double[usage.Entries];
        foreach (var perOctave in policy.BinsPerOctave)
        {
            var gaps = new GapHistogram(CountClasses.Count * FineClasses, new GapBins(1, perOctave, Octaves));
            AddClosed(gaps, log, uniqueKeys, policy);
            var classes = AddOpen(gaps, usage, policy);
            var curves = ReuseCurves.Learn(gaps, FineClasses, policy.Reuse);
            for (var slot = 0; slot < chances.Length; slot++)
            {
                chances[slot] += curves.ChanceWithin(classes[slot], usage.Requests - usage.Last[slot], horizon) / policy.BinsPerOctave.Count;
            }
        }

        return chances;
    }

    private static void AddClosed(GapHistogram gaps, ReadOnlySpan<int> log, int uniqueKeys, ValuePolicy policy)
    {
        var (counts, last, lastGap) = (new int[uniqueKeys], new int[uniqueKeys], new int[uniqueKeys]);
        for (var at = 0; at < log.Length; at++)
        {
            var key = log[at];
            if (counts[key] > 0)
            {
                var gap = at - last[key];
                gaps.AddClosed(Class(counts[key], lastGap[key], log.Length, policy), gap);
                lastGap[key] = gap;
            }

            counts[key]++;
            last[key] = at;
        }
    }

    private static int[] AddOpen(GapHistogram gaps, UsageLog usage, ValuePolicy policy)
    {
        var classes = new int[usage.Entries];
        for (var slot = 0; slot < classes.Length; slot++)
        {
            classes[slot] = Class(usage.Counts[slot], usage.LastGap[slot], usage.Requests, policy);
            gaps.AddOpen(classes[slot], usage.Requests - usage.Last[slot]);
        }

        return classes;
    }

    private static int Class(int count, int lastGap, int requests, ValuePolicy policy)
    {
        var fine = lastGap == 0 ? 0
            : lastGap < policy.ShortGapShare * requests ? 1
            : lastGap < policy.MiddleGapShare * requests ? 2
            : 3;
        return (CountClasses.Of(count) * FineClasses) + fine;
    }
}
