namespace CacheKeeper.Analytics.Insights;

/// <summary>Medians: what one wild value cannot move.</summary>
internal static class Middle
{
    /// <summary>The median; of an even number the mean of the two in the middle. Throws on nothing.</summary>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The median slope over all pairs (Theil 1950, Sen 1968), in units of y for each unit of x; null with fewer than two different x.</summary>
    public static double? Slope(IReadOnlyList<(double X, double Y)> points)
    {
        var slopes = new List<double>();
        for (var i = 0; i < points.Count; i++)
        {
            for (var j = i + 1; j < points.Count; j++)
            {
                if (points[i].X != points[j].X)
                {
                    slopes.Add((points[j].Y - points[i].Y) / (points[j].X - points[i].X));
                }
            }
        }

        return slopes.Count == 0 ? null : Of(slopes);
    }
}
