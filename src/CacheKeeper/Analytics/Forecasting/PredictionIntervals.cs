namespace CacheKeeper.Analytics.Forecasting;

/// <summary>
/// Ranges from what the same procedure missed by in its back-test (split conformal prediction): misses are compared on one scale,
/// which knows how far ahead and at what time of day they happened, and their quantiles are put around the forecast.
/// </summary>
/// <param name="Scales">Usual size of a miss at each step ahead.</param>
/// <param name="Misses">All misses ÷ their scale (what came minus what was forecast), ascending.</param>
internal sealed record PredictionIntervals(double[] Scales, double[] Misses)
{
    /// <summary>A step's own misses and those of its time of day and distance have equal say in its scale.</summary>
    private const double OwnShare = 0.5;

    /// <summary>Learns from misses[origin][step]; steps beyond those tried continue the last season's scale, growing with the square root of time.</summary>
    public static PredictionIntervals Of(double[][] misses, int season, int horizon)
    {
        var tried = misses[0].Length;
        var typical = Enumerable.Range(0, tried).Select(step => misses.Average(origin => Math.Abs(origin[step]))).ToArray();
        var smooth = Smooth(typical, season);
        var scales = new double[horizon];
        for (var step = 0; step < horizon; step++)
        {
            var known = step < tried ? step : tried - Math.Min(season, tried) + ((step - tried) % Math.Min(season, tried));
            scales[step] = smooth[known] * Math.Sqrt(Math.Max(1, (step + 1.0) / tried));
        }

        var compared = misses.SelectMany(origin => origin.Select((miss, step) => smooth[step] > 0 ? miss / smooth[step] : 0)).ToArray();
        Array.Sort(compared);
        return new(scales, compared);
    }

    /// <summary>The range around a forecast that should hold <paramref name="share"/> of what comes, widened by <paramref name="caution"/>.</summary>
    public (double Lower, double Upper) Around(double forecast, int step, double share, double caution)
    {
        // An interval always contains its forecast, whatever the misses lean to.
        var below = Math.Min(0, Robust.Quantile(Misses, (1 - share) / 2));
        var above = Math.Max(0, Robust.Quantile(Misses, (1 + share) / 2));
        return (forecast + (caution * below * Scales[step]), forecast + (caution * above * Scales[step]));
    }

    private static double[] Smooth(double[] typical, int season)
    {
        var overall = typical.Average();
        var blocks = Rising([.. typical.Chunk(season).Select(block => block.Average())]);
        var smooth = new double[typical.Length];
        for (var step = 0; step < typical.Length; step++)
        {
            var sameTime = typical.Where((_, other) => other % season == step % season).Average();
            var expected = overall > 0 ? sameTime * blocks[step / season] / overall : 0;
            smooth[step] = (OwnShare * typical[step]) + ((1 - OwnShare) * expected);
        }

        return smooth;
    }

    // Uncertainty does not shrink with distance: neighbours that fall are averaged (pool adjacent violators).
    private static double[] Rising(double[] values)
    {
        var pools = new Stack<(double Mean, int Count)>();
        foreach (var value in values)
        {
            var pool = (Mean: value, Count: 1);
            while (pools.TryPeek(out var earlier) && earlier.Mean > pool.Mean)
            {
                pools.Pop();
                var count = earlier.Count + pool.Count;
                pool = (((earlier.Mean * earlier.Count) + (pool.Mean * pool.Count)) / count, count);
            }

            pools.Push(pool);
        }

        return [.. pools.Reverse().SelectMany(pool => Enumerable.Repeat(pool.Mean, pool.Count))];
    }
}
