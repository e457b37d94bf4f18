namespace CacheKeeper.Cleanup.Value;

/// <summary>One way to value entries: a measure of use, times the chance of re-use to a power.</summary>
internal sealed record ValueRule(string Name, UsageMeasure Measure, double ReuseExponent)
{
    private const double SpreadWeight = 2;
    private const double AgeExponent = 0.3;
    private const double AgeSoftening = 0.05;
    private const double IdleSoftening = 0.01;
    private const double NeverReturned = 1e12;

    /// <summary>Count, the most recent first among equals: never far from the best on any trace we know, so it is what others must beat.</summary>
    public static readonly ValueRule Plain = new("count", UsageMeasure.Count, 0);

    /// <summary>Every rule that back-tests may choose.</summary>
    public static readonly IReadOnlyList<ValueRule> All =
    [
        Plain,
        new("count × re-use^0.1", UsageMeasure.Count, 0.1),
        new("count × re-use^0.25", UsageMeasure.Count, 0.25),
        new("count × re-use^0.5", UsageMeasure.Count, 0.5),
        new("count × re-use", UsageMeasure.Count, 1),
        new("count for age × re-use^0.1", UsageMeasure.CountForAge, 0.1),
        new("count for age × re-use^0.25", UsageMeasure.CountForAge, 0.25),
        new("count for age × re-use^0.5", UsageMeasure.CountForAge, 0.5),
        new("count for age × re-use", UsageMeasure.CountForAge, 1),
        new("spread count × re-use^0.1", UsageMeasure.CountAndSpread, 0.1),
        new("spread count × re-use^0.25", UsageMeasure.CountAndSpread, 0.25),
        new("spread count × re-use^0.5", UsageMeasure.CountAndSpread, 0.5),
        new("spread count × re-use", UsageMeasure.CountAndSpread, 1),
        new("decayed count", UsageMeasure.Decayed, 0),
        new("faster decayed count", UsageMeasure.DecayedFaster, 0),
        new("fastest decayed count", UsageMeasure.DecayedFastest, 0),
        new("recency", UsageMeasure.Recency, 0),
        new("short gap", UsageMeasure.ShortGap, 0),
        new("count for idle", UsageMeasure.CountForIdle, 0),
        new("count for idle, mildly", UsageMeasure.CountForIdleMildly, 0),
        new("re-use", UsageMeasure.None, 1),
    ];

    /// <summary>A value per entry of the log; only their order means something.</summary>
    /// <param name="chances">Chance of re-use per entry.</param>
    public double[] Score(UsageLog usage, double[] chances)
    {
        var values = new double[usage.Entries];
        for (var slot = 0; slot < values.Length; slot++)
        {
            var use = Use(usage, slot);
            values[slot] = ReuseExponent switch
            {
                0 => use,
                1 => use * chances[slot],
                _ => use * Math.Pow(chances[slot], ReuseExponent),
            };
        }

        return values;
    }

    private double Use(UsageLog usage, int slot)
    {
        double idle = usage.Requests - usage.Last[slot];
        double age = usage.Requests - usage.First[slot];
        return Measure switch
        {
            UsageMeasure.Count => usage.Counts[slot],
            UsageMeasure.CountForAge => usage.Counts[slot] / Math.Pow(age + (AgeSoftening * usage.Requests), AgeExponent),
            UsageMeasure.CountAndSpread => usage.Counts[slot] + (SpreadWeight * usage.Spread[slot]),
            UsageMeasure.Decayed => usage.Decayed[slot],
            UsageMeasure.DecayedFaster => usage.DecayedFaster[slot],
            UsageMeasure.DecayedFastest => usage.DecayedFastest[slot],
            UsageMeasure.Recency => usage.Last[slot],
            UsageMeasure.ShortGap => -(usage.Counts[slot] > 1 ? Math.Max(usage.LastGap[slot], idle) : NeverReturned + idle),
            UsageMeasure.CountForIdle => usage.Counts[slot] / Math.Sqrt(idle + (IdleSoftening * usage.Requests)),
            UsageMeasure.CountForIdleMildly => usage.Counts[slot] / Math.Pow(idle + (IdleSoftening * usage.Requests), AgeExponent),
            _ => 1,
        };
    }
}
