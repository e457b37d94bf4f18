using CacheKeeper.Benchmarks.Anomalies;

namespace CacheKeeper.Tests.Analytics.Anomalies;

/// <summary>Holds the ruler to cases computed by hand from NAB's published rules.</summary>
public sealed class NabScorerTests
{
    // 200 rows: probation 30; windows 100–109 and 150–169.
    private static readonly NabWindow[] Windows = [new(100, 109), new(150, 169)];

    [Theory]
    [InlineData(100, 15)]
    [InlineData(4032, 604)]
    [InlineData(5000, 750)]
    [InlineData(15902, 750)]
    public void Probation_is_fifteen_percent_and_at_most_750(int rows, int expected) => Assert.Equal(expected, NabScorer.Probation(rows));

    [Fact]
    public void The_sigmoid_is_the_published_one()
    {
        Assert.Equal(0.98661, NabScorer.ScaledSigmoid(-1), 0.00001);
        Assert.Equal(0, NabScorer.ScaledSigmoid(0), 12);
        Assert.Equal(-0.98661, NabScorer.ScaledSigmoid(1), 0.00001);
        Assert.Equal(-1, NabScorer.ScaledSigmoid(3.01));
    }

    [Fact]
    public void A_silent_detector_scores_zero() => Assert.Equal(0, NabScorer.Best([Detecting()], NabProfile.Standard).Score);

    [Fact]
    public void The_first_row_of_every_window_and_nothing_else_scores_a_hundred() =>
        Assert.All(NabProfile.All, profile => Assert.Equal(100, NabScorer.Best([Detecting((100, 1), (150, 1))], profile).Score, 9));

    [Fact]
    public void A_later_detection_is_worth_less()
    {
        // Row 105 stands at −(109−105+1)/10 = −0.5: (2/(1+e^−2.5) − 1) / 0.98661 = 0.84828 / 0.98661.
        var expected = 100 * (1 + (0.84828 / 0.98661)) / 4;
        Assert.Equal(expected, NabScorer.Best([Detecting((105, 1))], NabProfile.Standard).Score, 0.001);
    }

    [Fact]
    public void Only_the_earliest_detection_of_a_window_counts()
    {
        var once = NabScorer.Best([Detecting((103, 1))], NabProfile.Standard);
        var often = NabScorer.Best([Detecting((103, 1), (104, 1), (108, 1))], NabProfile.Standard);
        Assert.Equal(once.Score, often.Score, 9);
    }

    [Fact]
    public void A_false_alarm_costs_its_weight_and_less_just_after_a_window()
    {
        // Before any window: the full 0.11 of 4. Five rows after the first window (width 10): 0.11 × sigmoid(5/9).
        Assert.Equal(100 * (4 - 0.11) / 4, At((50, 1), (100, 1), (150, 1)), 0.001);
        Assert.Equal(100 * (4 - (0.11 * 0.88295)) / 4, At((114, 1), (100, 1), (150, 1)), 0.001);
    }

    [Fact]
    public void Probation_neither_helps_nor_harms() => Assert.Equal(100, At((10, 1), (29, 1), (100, 1), (150, 1)), 9);

    [Fact]
    public void A_miss_weighs_double_where_misses_are_dear()
    {
        // One of two windows found at once: standard (1 + 1) of 4, low false negatives (2 + 1) of 6.
        Assert.Equal(50, NabScorer.At([Detecting((100, 1))], NabProfile.LowFalseNegatives, 0.5).Score, 9);
        Assert.Equal(50, NabScorer.At([Detecting((100, 1))], NabProfile.Standard, 0.5).Score, 9);
    }

    [Fact]
    public void One_threshold_is_chosen_for_all_series()
    {
        // At 0.9 one window is found; at 0.4 both and a false alarm: better on the whole.
        var best = NabScorer.Best([Detecting((100, 0.9)), Detecting((150, 0.4), (60, 0.4))], NabProfile.Standard);
        Assert.Equal((0.4, 2, 1), (best.Threshold, best.Detected, best.FalseAlarms));
        Assert.Equal(100 * (4 - 0.11) / 8, best.Score, 0.001);
    }

    private static double At(params (int Row, double Score)[] detections) => NabScorer.At([Detecting(detections)], NabProfile.Standard, 0.5).Score;

    private static NabSeries Detecting(params (int Row, double Score)[] detections)
    {
        var scores = new double[200];
        foreach (var (row, score) in detections)
        {
            scores[row] = score;
        }

        return new NabSeries("made", Windows, scores);
    }
}
