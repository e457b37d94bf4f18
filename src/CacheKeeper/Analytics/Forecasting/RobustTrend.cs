namespace CacheKeeper.Analytics.Forecasting;

/// <summary>A straight line through the season-free series that odd days cannot bend: the median of the slopes between whole seasons (Theil and Sen).</summary>
internal static class RobustTrend
{
    /// <summary>Change per step; null with fewer than two whole seasons.</summary>
    public static double? Slope(double[] values, int season)
    {
        var cycles = values.Length / season;
        if (cycles < 2)
        {
            return null;
        }

        var levels = Levels(values, season, cycles);
        var slopes = new List<double>();
        for (var i = 0; i < cycles; i++)
        {
            for (var j = i + 1; j < cycles; j++)
            {
                slopes.Add((levels[j] - levels[i]) / ((j - i) * season));
            }
        }

        return Robust.Median([.. slopes]);
    }

    /// <summary>The last season's profile moved along the line.</summary>
    public static double[]? Predict(SeriesShape shape, int horizon)
    {
        if (Slope(shape.Values, shape.LongSeason) is not { } slope)
        {
            return null;
        }

        var level = new double[shape.Count];
        for (var t = 0; t < level.Length; t++)
        {
            level[t] = shape.Values[t] - (slope * (t - shape.Count + 1));
        }

        var forecast = SeasonalProfile.Of(level, shape.LongSeason, level.Length / shape.LongSeason, 1).Repeat(horizon);
        for (var i = 0; i < horizon; i++)
        {
            forecast[i] += slope * (i + 1);
        }

        return forecast;
    }

    private static double[] Levels(double[] values, int season, int cycles)
    {
        var start = values.Length - (cycles * season);
        var levels = new double[cycles];
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            levels[cycle] = Robust.Median(values[(start + (cycle * season))..(start + ((cycle + 1) * season))]);
        }

        return levels;
    }
}
