using System.Diagnostics;
using CacheKeeper.Analytics.Anomalies;

namespace CacheKeeper.Benchmarks.Anomalies;

/// <summary>The streaming detector on the NAB half: three profiles, halves it was not tuned on, time and memory.</summary>
internal sealed class AnomaliesMeasurement : IMeasurement
{
    private const int Splits = 100;
    private const int Seed = 20261123;

    public string Name => "anomalies";

    public string Summary => "streaming anomaly detection on 31 labelled series by NAB's rules, against the published detectors' scores";

    public Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var points = NabCorpus.Read(figures.DataFile("nab"));
        var corpus = points.Select(series => NabCorpus.Score(series, AnomalyPolicy.Default)).ToList();
        foreach (var (profile, must, goal) in new[] { (NabProfile.Standard, 62, 75), (NabProfile.LowFalsePositives, 50, 65), (NabProfile.LowFalseNegatives, 68, 80) })
        {
            var best = NabScorer.Best(corpus, profile);
            figures.Add(profile.Name, best.Score, must, goal, note: Describe(best));
        }

        var shipped = NabScorer.At(corpus, NabProfile.Standard, 0.5);
        figures.Add("standard at the shipped threshold", shipped.Score, 62, 75, note: Describe(shipped));
        AddHalves(figures, corpus);
        AddCosts(figures, points);
        return Task.CompletedTask;
    }

    private static string Describe(NabResult result) =>
        FormattableString.Invariant($"{result.Detected} of {result.Windows} windows, {result.FalseAlarms} false alarms, threshold {result.Threshold:F4}");

    // The threshold is tuned on one half of the series and used on the other: how far below that other half's own best?
    private static void AddHalves(Figures figures, List<NabSeries> corpus)
    {
        var random = new Random(Seed);
        var losses = new List<double>();
        for (var split = 0; split < Splits; split++)
        {
            var shuffled = corpus.ToArray();
            random.Shuffle(shuffled);
            var (tuned, other) = (shuffled[..(shuffled.Length / 2)], shuffled[(shuffled.Length / 2)..]);
            var threshold = NabScorer.Best(tuned, NabProfile.Standard).Threshold;
            losses.Add(NabScorer.Best(other, NabProfile.Standard).Score - NabScorer.At(other, NabProfile.Standard, threshold).Score);
        }

        losses.Sort();
        figures.Add("loss on the half not tuned on", losses.Average(), 6, lowerIsBetter: true, note: $"mean of {Splits} random splits; median {losses[Splits / 2]:F1}, nine in ten below {losses[Splits * 9 / 10]:F1}");
    }

    private static void AddCosts(Figures figures, IReadOnlyList<NabPoints> points)
    {
        var longest = points.MaxBy(series => series.Points.Count)!;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var detector = new AnomalyDetector(AnomalyPolicy.Default);
        figures.Add("memory of one detector (KB)", (GC.GetAllocatedBytesForCurrentThread() - before) / 1024.0, 64, lowerIsBetter: true);
        var clock = Stopwatch.StartNew();
        foreach (var (time, value) in longest.Points)
        {
            detector.Observe(time, value);
        }

        figures.Add("time of one point (us)", clock.Elapsed.TotalMicroseconds / longest.Points.Count, 20, lowerIsBetter: true, note: $"{longest.Points.Count} points of {longest.Name}");
        figures.Add("saved state (KB)", detector.Save().Length / 1024.0, 64, lowerIsBetter: true);
    }
}
