namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Location and scale that a few odd values cannot move.</summary>
internal static class Robust
{
    /// <summary>Turns a median absolute deviation into the standard deviation of a normal distribution.</summary>
    private const double NormalConsistency = 0.6745;

    private const int HuberRounds = 8;

    public static double Median(double[] values)
    {
        var sorted = (double[])values.Clone();
        Array.Sort(sorted);
        return Quantile(sorted, 0.5);
    }

    /// <summary>Linear interpolation between order statistics of ascending values; NaN of none.</summary>
    public static double Quantile(double[] sorted, double share)
    {
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        var position = share * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>The value that half of the weight lies below.</summary>
    public static double WeightedMedian(double[] values, double[] weights)
    {
        var (sorted, weight) = ((double[])values.Clone(), (double[])weights.Clone());
        Array.Sort(sorted, weight);
        var half = weight.Sum() / 2;
        var seen = 0.0;
        for (var i = 0; i < sorted.Length; i++)
        {
            seen += weight[i];
            if (seen > half)
            {
                return sorted[i];
            }
        }

        return sorted[^1];
    }

    /// <summary>Huber's location: a mean in which values farther than <paramref name="bound"/> from the centre pull no harder than at the bound.</summary>
    public static double Location(double[] values, double[] weights, double bound)
    {
        var centre = WeightedMedian(values, weights);
        for (var round = 0; round < HuberRounds; round++)
        {
            var (sum, total) = (0.0, 0.0);
            for (var i = 0; i < values.Length; i++)
            {
                var distance = Math.Abs(values[i] - centre);
                var weight = weights[i] * (distance <= bound ? 1 : bound / distance);
                sum += weight * values[i];
                total += weight;
            }

            centre = sum / total;
        }

        return centre;
    }

    /// <summary>Noise of one value, from the changes between values <paramref name="lag"/> apart; never 0.</summary>
    public static double NoiseAt(double[] values, int lag, int from)
    {
        var changes = new double[Math.Max(0, values.Length - lag - from)];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = Math.Abs(values[from + lag + i] - values[from + i]);
        }

        return changes.Length == 0 ? double.Epsilon : (Median(changes) / NormalConsistency / Math.Sqrt(2)) + 1e-12;
    }

    /// <summary>Spread of values around zero, as the standard deviation of a normal distribution with the same median distance.</summary>
    public static double Spread(double[] distances) => Median(distances) / NormalConsistency;
}
