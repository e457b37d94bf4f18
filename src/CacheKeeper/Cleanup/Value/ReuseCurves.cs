namespace CacheKeeper.Cleanup.Value;

/// <summary>
/// The chance that an idle entry is asked for again, by class and idle time: a life table over logarithmic gaps (Kaplan and Meier, 1958),
/// each class shrunk towards its wider group, and each bin towards the level of the bins before it, so that thin evidence says little.
/// </summary>
internal sealed class ReuseCurves
{
    private const double MostPrior = 0.90;
    private const double MostFitted = 0.95;
    private const double LevelMemory = 0.70;

    // How much more often than an average entry each count class returns, before anything was seen.
    private static readonly double[] CountPrior = [0.3, 0.7, 1, 1.3, 1.6, 2, 2.3, 2.6, 3, 3];

    private readonly double[][] _hazards;
    private readonly GapBins _bins;

    private ReuseCurves(double[][] hazards, GapBins bins) => (_hazards, _bins) = (hazards, bins);

    /// <summary>Learns from gaps whose classes are count class × fine class (in that order).</summary>
    public static ReuseCurves Learn(GapHistogram gaps, int fineClasses, ReusePolicy policy)
    {
        var bins = gaps.Bins.Count;
        var closed = new double[gaps.Classes][];
        var risk = new double[gaps.Classes][];
        for (var group = 0; group < gaps.Classes; group++)
        {
            (closed[group], risk[group]) = (gaps.Closed(group), gaps.AtRisk(group));
        }

        var flat = new double[bins];
        Array.Fill(flat, policy.PriorPerOctave / gaps.Bins.PerOctave);
        var all = Fit(Sum(closed, 0, closed.Length), Sum(risk, 0, risk.Length), flat, policy.Strength, 1);
        var hazards = new double[gaps.Classes][];
        for (var count = 0; count < gaps.Classes / fineClasses; count++)
        {
            var (first, after) = (count * fineClasses, (count + 1) * fineClasses);
            var wide = Fit(Sum(closed, first, after), Sum(risk, first, after), all, policy.Strength, Math.Pow(CountPrior[count], policy.PriorByCount));
            for (var group = first; group < after; group++)
            {
                hazards[group] = fineClasses == 1 ? wide : Fit(closed[group], risk[group], wide, policy.FineStrength, 1);
            }
        }

        return new(hazards, gaps.Bins);
    }

    /// <summary>Chance that an entry of a class, idle so long, is asked for within the horizon.</summary>
    public double ChanceWithin(int group, double idle, double horizon)
    {
        var hazards = _hazards[group];
        var (from, to) = (_bins.Position(idle), _bins.Position(idle + horizon));
        var (first, last) = ((int)from, (int)to);
        var survives = 1.0;
        for (var bin = first; bin <= last && bin < hazards.Length; bin++)
        {
            var part = 1 - (bin == first ? from - bin : 0) - (bin == last ? 1 - (to - bin) : 0);
            if (part > 0)
            {
                survives *= Math.Pow(1 - hazards[bin], part);
            }
        }

        return 1 - survives;
    }

    /// <summary>Chance of an access in each bin for those that reached it.</summary>
    public ReadOnlySpan<double> Hazards(int group) => _hazards[group];

    // Poisson with a gamma prior: each bin starts from the prior's shape at the level that the bins before it showed.
    private static double[] Fit(double[] closed, double[] risk, double[] prior, double strength, double level)
    {
        var hazards = new double[prior.Length];
        var floor = strength / 4;
        var (seen, expected) = (floor * level, floor);
        for (var bin = 0; bin < hazards.Length; bin++)
        {
            var ratio = seen / expected;
            var start = Math.Min(MostPrior, prior[bin] * ratio);
            hazards[bin] = Math.Min(MostFitted, (closed[bin] + (strength * start)) / (risk[bin] + strength));
            seen = (LevelMemory * seen) + closed[bin];
            expected = (LevelMemory * expected) + (risk[bin] * prior[bin]);
            if (expected < floor)
            {
                seen += (floor - expected) * ratio;
                expected = floor;
            }
        }

        return hazards;
    }

    private static double[] Sum(double[][] rows, int first, int after)
    {
        var sum = new double[rows[0].Length];
        for (var row = first; row < after; row++)
        {
            for (var column = 0; column < sum.Length; column++)
            {
                sum[column] += rows[row][column];
            }
        }

        return sum;
    }
}
