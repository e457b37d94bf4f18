namespace CacheKeeper.Optimization.History;

/// <summary>The lifetimes that a replay tries: half octaves between the limits, and those that must be exact.</summary>
internal static class LifetimeGrid
{
    private const double Step = 1.4142135623730951;

    /// <returns>Seconds, ascending, and which of them is today's.</returns>
    public static (double[] Lifetimes, int Current) Of(TtlLimits limits, TimeSpan ceiling, TimeSpan current, params ReadOnlySpan<TimeSpan> exact)
    {
        var seconds = new SortedSet<double> { current.TotalSeconds, ceiling.TotalSeconds, limits.HighValueTtl.TotalSeconds, limits.LowValueTtl.TotalSeconds };
        for (var each = limits.Shortest.TotalSeconds; each <= limits.Longest.TotalSeconds; each *= Step)
        {
            seconds.Add(Math.Round(each));
        }

        foreach (var each in exact)
        {
            seconds.Add(each.TotalSeconds);
        }

        var lifetimes = seconds.ToArray();
        return (lifetimes, Array.IndexOf(lifetimes, current.TotalSeconds));
    }
}
