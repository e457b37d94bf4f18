namespace CacheKeeper.Cleanup.Value;

/// <summary>
/// What holding an entry is worth: the most hits per unit of time held that any holding period promises, by class and idle time
/// (the Gittins index of the reservation problem; hit density after Beckmann, Chen and Cidon, NSDI 2018).
/// </summary>
internal static class HitDensity
{
    /// <summary>Density by class and bin of idle time, in hits per unit of the bins' gaps.</summary>
    public static double[][] Table(ReuseCurves curves, GapBins bins, int classes)
    {
        var starts = new double[bins.Count + 1];
        for (var bin = 0; bin < starts.Length; bin++)
        {
            starts[bin] = bins.Start(bin);
        }

        var table = new double[classes][];
        for (var group = 0; group < classes; group++)
        {
            table[group] = Row(curves.Hazards(group), starts);
        }

        return table;
    }

    private static double[] Row(ReadOnlySpan<double> hazards, double[] starts)
    {
        var row = new double[hazards.Length];
        for (var from = 0; from < row.Length; from++)
        {
            // An entry found in a bin stands in its middle: half of the bin's time and half of its chance are still to come.
            var (survives, hits, held, best) = (1.0, 0.0, 0.0, 0.0);
            for (var bin = from; bin < hazards.Length; bin++)
            {
                var part = bin == from ? 0.5 : 1;
                var hit = survives * hazards[bin] * part;
                hits += hit;
                held += (survives - (hit / 2)) * (starts[bin + 1] - starts[bin]) * part;
                survives -= hit;
                best = Math.Max(best, hits / held);
            }

            row[from] = best;
        }

        return row;
    }
}
