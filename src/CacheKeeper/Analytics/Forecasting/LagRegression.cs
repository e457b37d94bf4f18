namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Regression of a value on chosen earlier values, run forward step by step on its own forecasts.</summary>
internal static class LagRegression
{
    private const int RobustRounds = 3;

    /// <summary>Residuals beyond this many robust standard deviations pull no harder.</summary>
    private const double RobustBound = 2;

    /// <summary>A day of more steps than this is not taken step by step.</summary>
    private const int MostDenseLags = 48;

    /// <summary>Rows that must remain for each coefficient, so that a fit is more than an interpolation.</summary>
    private const int RowsPerLag = 3;

    /// <summary>The last hours, the hours around the same time yesterday and last week: where an hourly series keeps its memory.</summary>
    public static int[] SeasonalLags(SeriesShape shape)
    {
        int[] lags = [1, 2, 3, .. Around(shape.Season), 2 * shape.Season, .. Around(shape.LongSeason)];
        return [.. lags.Where(lag => lag > 0 && lag <= shape.Count * 2 / 3).Distinct().Order()];
    }

    /// <summary>As <see cref="SeasonalLags"/>, with every hour of the last day (as far as it has few enough) and the neighbours of each day of the last week.</summary>
    public static int[] DenseLags(SeriesShape shape)
    {
        var days = shape.LongSeason / shape.Season;
        IEnumerable<int> lags = Enumerable.Range(1, Math.Min(shape.Season, MostDenseLags) + 2);
        for (var day = 2; day <= days; day++)
        {
            lags = lags.Concat([(day * shape.Season) - 1, day * shape.Season, (day * shape.Season) + 1]);
        }

        return [.. lags.Concat(Around(shape.LongSeason)).Where(lag => lag > 0 && lag <= shape.Count * 2 / 3).Distinct().Order()];
    }

    /// <summary>Forecasts by lags of the values themselves; null when there are too few rows.</summary>
    public static double[]? Predict(SeriesShape shape, int horizon, int[] lags, double ridge, bool robust)
    {
        var mean = shape.Values.Average();
        var centred = Array.ConvertAll(shape.Values, value => value - mean);
        var forecast = Continue(centred, horizon, lags, ridge, robust);
        return forecast is null ? null : Array.ConvertAll(forecast, value => value + mean);
    }

    /// <summary>Continues values that vary around zero; null when there are too few rows.</summary>
    public static double[]? Continue(double[] values, int horizon, int[] lags, double ridge, bool robust)
    {
        var coefficients = Fit(values, lags, ridge, robust);
        if (coefficients is null)
        {
            return null;
        }

        var extended = new double[values.Length + horizon];
        values.CopyTo(extended, 0);
        for (var t = values.Length; t < extended.Length; t++)
        {
            extended[t] = At(extended, t, lags, coefficients);
        }

        return extended[values.Length..];
    }

    private static double[]? Fit(double[] values, int[] lags, double ridge, bool robust)
    {
        var first = lags.Length == 0 ? 0 : lags[^1];
        var rows = values.Length - first;
        if (lags.Length == 0 || rows < lags.Length * RowsPerLag)
        {
            return null;
        }

        var weights = new double[rows];
        Array.Fill(weights, 1);
        var coefficients = Solve(values, lags, weights, ridge);
        for (var round = 0; robust && coefficients is not null && round < RobustRounds; round++)
        {
            Reweight(values, lags, coefficients, weights);
            coefficients = Solve(values, lags, weights, ridge);
        }

        return coefficients;
    }

    private static double[]? Solve(double[] values, int[] lags, double[] weights, double ridge)
    {
        var first = lags[^1];
        return LinearSystem.Fit(weights.Length, lags.Length, Row, weights, ridge);

        double Row(int index, double[] row)
        {
            for (var j = 0; j < lags.Length; j++)
            {
                row[j] = values[first + index - lags[j]];
            }

            return values[first + index];
        }
    }

    private static void Reweight(double[] values, int[] lags, double[] coefficients, double[] weights)
    {
        var first = lags[^1];
        var errors = new double[weights.Length];
        for (var i = 0; i < errors.Length; i++)
        {
            errors[i] = Math.Abs(values[first + i] - At(values, first + i, lags, coefficients));
        }

        var bound = (RobustBound * Robust.Spread(errors)) + 1e-12;
        for (var i = 0; i < errors.Length; i++)
        {
            weights[i] = Math.Min(1, bound / Math.Max(errors[i], 1e-12));
        }
    }

    private static double At(double[] values, int t, int[] lags, double[] coefficients)
    {
        var sum = 0.0;
        for (var j = 0; j < lags.Length; j++)
        {
            sum += coefficients[j] * values[t - lags[j]];
        }

        return sum;
    }

    private static int[] Around(int season) => season < 4 ? [season] : [season - 1, season, season + 1, season + 2];
}
