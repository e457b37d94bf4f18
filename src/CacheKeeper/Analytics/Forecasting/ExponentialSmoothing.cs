namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Level, damped trend and additive season, each updated by a share of the last error (Holt and Winters; Gardner's damping).</summary>
/// <param name="Level">Share of an error that moves the level, 0–1.</param>
/// <param name="Trend">Share of an error that moves the trend; 0 with no trend.</param>
/// <param name="Season">Share of an error that moves the season.</param>
/// <param name="Damping">What is left of the trend after one step; 0 for none, 1 for a straight line.</param>
internal sealed record ExponentialSmoothing(double Level, double Trend, double Season, double Damping)
{
    private static readonly double[] Levels = [0.02, 0.1, 0.3, 0.6, 0.9];
    private static readonly double[] Seasons = [0.02, 0.1, 0.25, 0.5];
    private static readonly double[] Trends = [0.005, 0.05];

    /// <summary>Forecasts with the parameters that fit best one step ahead. A multiplicative season is this on logarithms.</summary>
    public static double[]? Predict(double[] values, int horizon, int season, double damping)
    {
        if (values.Length < 2 * season)
        {
            return null;
        }

        var candidates =
            from level in Levels
            from seasonal in season > 1 ? Seasons : [0]
            from trend in damping > 0 ? Trends : [0]
            select new ExponentialSmoothing(level, level * trend, seasonal, damping);
        return candidates.Select(candidate => candidate.Run(values, horizon, season)).MinBy(run => run.Error).Forecast;
    }

    private (double Error, double[] Forecast) Run(double[] values, int horizon, int season)
    {
        var level = values.AsSpan(0, season).ToArray().Average();
        var trend = 0.0;
        var seasonal = values.AsSpan(0, season).ToArray();
        for (var i = 0; i < season; i++)
        {
            seasonal[i] -= level;
        }

        var error = 0.0;
        for (var t = season; t < values.Length; t++)
        {
            var position = t % season;
            var miss = values[t] - (level + (Damping * trend) + seasonal[position]);
            error += miss * miss;
            level += (Damping * trend) + (Level * miss);
            trend = (Damping * trend) + (Trend * miss);
            seasonal[position] += Season * (1 - Level) * miss;
        }

        return (error, Extend(level, trend, seasonal, values.Length, horizon));
    }

    private double[] Extend(double level, double trend, double[] seasonal, int from, int horizon)
    {
        var forecast = new double[horizon];
        for (var i = 0; i < horizon; i++)
        {
            trend *= Damping;
            level += trend;
            forecast[i] = level + seasonal[(from + i) % seasonal.Length];
        }

        return forecast;
    }
}
