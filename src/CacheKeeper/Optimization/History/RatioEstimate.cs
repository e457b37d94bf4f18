namespace CacheKeeper.Optimization.History;

/// <summary>The ratio of two sums that are known by blocks of time and groups of questions, with the interval in which the next period's should lie.</summary>
internal static class RatioEstimate
{
    /// <returns>Null when there is nothing to divide by.</returns>
    public static Estimate? Of(double[,] parts, double[,] wholes)
    {
        var (blocks, groups) = (parts.GetLength(0), parts.GetLength(1));
        var (part, whole) = (Sum(parts), Sum(wholes));
        if (whole <= 0)
        {
            return null;
        }

        var ratio = part / whole;
        var sampling = Math.Sqrt((double)groups / (groups - 1) * SquaredRest(parts, wholes, ratio, byBlock: false)) / whole;
        var drift = Math.Sqrt((double)blocks / (blocks - 1) * SquaredRest(parts, wholes, ratio, byBlock: true)) / whole;
        return Estimate.Of(ratio, Math.Sqrt((sampling * sampling) + (2 * drift * drift)));
    }

    // A ratio's error: what each group (or block) has beyond its share of the whole. Drift counts twice above: the mean seen and the period to come both have it.
    private static double SquaredRest(double[,] parts, double[,] wholes, double ratio, bool byBlock)
    {
        var (outer, inner) = byBlock ? (parts.GetLength(0), parts.GetLength(1)) : (parts.GetLength(1), parts.GetLength(0));
        var squares = 0.0;
        for (var one = 0; one < outer; one++)
        {
            var rest = 0.0;
            for (var other = 0; other < inner; other++)
            {
                var (block, group) = byBlock ? (one, other) : (other, one);
                rest += parts[block, group] - (ratio * wholes[block, group]);
            }

            squares += rest * rest;
        }

        return squares;
    }

    private static double Sum(double[,] values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }
}
