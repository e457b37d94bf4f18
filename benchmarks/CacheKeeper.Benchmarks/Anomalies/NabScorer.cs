namespace CacheKeeper.Benchmarks.Anomalies;

/// <summary>
/// Scores detections by the rules of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015, "Evaluating real-time anomaly detection algorithms"):
/// the earliest detection in a window counts by a scaled sigmoid, every detection outside costs, a missed window costs, one threshold for all series.
/// </summary>
internal static class NabScorer
{
    private const double ProbationShare = 0.15;
    private const int LongestProbation = 750;

    /// <summary>Beyond three window widths after a window a false alarm costs its full weight.</summary>
    private const double FullCost = 3;

    /// <summary>What the threshold is when nothing at all is to be detected.</summary>
    private const double Silence = double.PositiveInfinity;

    public static int Probation(int rows) => Math.Min((int)(ProbationShare * rows), LongestProbation);

    /// <summary>From nearly 1 well before 0 to nearly −1 well after it.</summary>
    public static double ScaledSigmoid(double position) => position > FullCost ? -1 : (2 / (1 + Math.Exp(5 * position))) - 1;

    /// <summary>What a detection in each row is worth before the profile's weights: in a window 1 (first row) to 0, outside negative.</summary>
    public static IReadOnlyList<(int? Window, double Worth)> Worths(int rows, IReadOnlyList<NabWindow> windows)
    {
        var worths = new (int?, double)[rows];
        var next = 0;
        for (var row = 0; row < rows; row++)
        {
            next += next < windows.Count && row > windows[next].Last ? 1 : 0;
            worths[row] = next < windows.Count && row >= windows[next].First
                ? (next, InWindow(row, windows[next]))
                : (null, next == 0 ? -1 : After(row, windows[next - 1]));
        }

        return worths;
    }

    /// <summary>The best threshold for the whole corpus and the normalised score there: 0 for a silent detector, 100 for a perfect one.</summary>
    public static NabResult Best(IReadOnlyList<NabSeries> corpus, NabProfile profile) =>
        Totals(corpus, profile).MaxBy(total => total.Score)!;

    /// <summary>The normalised score at a threshold chosen elsewhere.</summary>
    public static NabResult At(IReadOnlyList<NabSeries> corpus, NabProfile profile, double threshold) =>
        Totals(corpus, profile).Last(total => total.Threshold >= threshold);

    // One result for each threshold that makes a difference, from silence downwards.
    private static IEnumerable<NabResult> Totals(IReadOnlyList<NabSeries> corpus, NabProfile profile)
    {
        var windows = corpus.Sum(series => series.Windows.Count(window => window.Last >= Probation(series.Scores.Count)));
        var credit = new Dictionary<(NabSeries, int), double>();
        var (gain, falseAlarms) = (0.0, 0);
        yield return Normalise(Silence);
        foreach (var tied in corpus.SelectMany(Detections).GroupBy(detection => detection.Score).OrderByDescending(group => group.Key))
        {
            foreach (var (series, window, worth, _) in tied)
            {
                falseAlarms += window is null ? 1 : 0;
                gain += window is { } hit ? Improve(credit, (series, hit), worth, profile) : profile.FalsePositive * worth;
            }

            yield return Normalise(tied.Key);
        }

        // Silence earns minus the cost of every window; perfection the worth of every window.
        NabResult Normalise(double threshold) =>
            new(threshold, windows == 0 ? gain : 100 * gain / (windows * (profile.TruePositive + profile.FalseNegative)), credit.Count, falseAlarms, windows);
    }

    private static IEnumerable<(NabSeries Series, int? Window, double Worth, double Score)> Detections(NabSeries series)
    {
        var worths = Worths(series.Scores.Count, series.Windows);
        return Enumerable.Range(0, series.Scores.Count).Skip(Probation(series.Scores.Count)).Where(row => series.Scores[row] > 0)
            .Select(row => (series, worths[row].Window, worths[row].Worth, series.Scores[row]));
    }

    // Only the best (earliest) detection of a window counts; the first one also spares the cost of missing it.
    private static double Improve(Dictionary<(NabSeries, int), double> credit, (NabSeries, int) window, double worth, NabProfile profile)
    {
        var known = credit.TryGetValue(window, out var before);
        credit[window] = known ? Math.Max(before, worth) : worth;
        return known ? profile.TruePositive * Math.Max(0, worth - before) : profile.FalseNegative + (profile.TruePositive * worth);
    }

    private static double InWindow(int row, NabWindow window)
    {
        var width = window.Last - window.First + 1.0;
        return ScaledSigmoid(-(window.Last - row + 1) / width) / ScaledSigmoid(-1);
    }

    private static double After(int row, NabWindow window) =>
        ScaledSigmoid((row - window.Last) / (double)Math.Max(1, window.Last - window.First));
}
