namespace CacheKeeper.Analytics.Forecasting;

/// <summary>
/// The Theta method (Assimakopoulos and Nikolopoulos, 2000) in Hyndman and Billah's form: simple exponential smoothing with half of the straight line's slope,
/// on the series without its season.
/// </summary>
internal static class ThetaMethod
{
    private static readonly double[] Levels = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 0.99];

    public static double[]? Predict(double[] values, int horizon, int season)
    {
        if (values.Length < 2 * season)
        {
            return null;
        }

        var seasonal = Season(values, season);
        var adjusted = new double[values.Length];
        for (var t = 0; t < values.Length; t++)
        {
            adjusted[t] = values[t] - seasonal[t % season];
        }

        var forecast = OfAdjusted(adjusted, horizon);
        for (var i = 0; i < horizon; i++)
        {
            forecast[i] += seasonal[(values.Length + i) % season];
        }

        return forecast;
    }

    private static double[] OfAdjusted(double[] values, int horizon)
    {
        var slope = Slope(values);
        var (_, share, last) = Levels.Select(level => Smooth(values, level)).MinBy(smoothed => smoothed.Error);
        var forecast = new double[horizon];
        for (var i = 0; i < horizon; i++)
        {
            forecast[i] = last + (slope / 2 * (i + ((1 - Math.Pow(1 - share, values.Length)) / share)));
        }

        return forecast;
    }

    private static (double Error, double Share, double Last) Smooth(double[] values, double share)
    {
        var (level, error) = (values[0], 0.0);
        foreach (var value in values)
        {
            error += (value - level) * (value - level);
            level += share * (value - level);
        }

        return (error, share, level);
    }

    private static double Slope(double[] values)
    {
        var middle = (values.Length - 1) / 2.0;
        var (covariance, variance) = (0.0, 0.0);
        for (var t = 0; t < values.Length; t++)
        {
            covariance += (t - middle) * values[t];
            variance += (t - middle) * (t - middle);
        }

        return variance == 0 ? 0 : covariance / variance;
    }

    // Classical decomposition: what is left of each position after a centred mean over one season.
    private static double[] Season(double[] values, int season)
    {
        var (sums, counts) = (new double[season], new int[season]);
        for (var t = season / 2; season > 1 && t < values.Length - (season / 2); t++)
        {
            var from = t - (season / 2);
            var window = values.AsSpan(from, season);
            var mean = 0.0;
            foreach (var value in window)
            {
                mean += value / season;
            }

            sums[t % season] += values[t] - mean;
            counts[t % season]++;
        }

        var average = Enumerable.Range(0, season).Average(i => sums[i] / Math.Max(1, counts[i]));
        return [.. Enumerable.Range(0, season).Select(i => (sums[i] / Math.Max(1, counts[i])) - average)];
    }
}
