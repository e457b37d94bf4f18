namespace CacheKeeper.Tests.Analytics.Anomalies;

/// <summary>Series with a known story, five minutes a point, from a Monday midnight.</summary>
internal static class MadeSeries
{
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(5);
    public static readonly DateTimeOffset Begin = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset TimeOf(int row) => Begin + (row * Step);

    /// <summary>Roughly normal noise around a level.</summary>
    public static double[] Noise(int count, double level = 50, double spread = 2, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => level + (spread * (Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6)))];
    }

    /// <summary>A smooth day with a little noise.</summary>
    public static double[] Days(int count, int seed = 1)
    {
        var noise = Noise(count, 0, 1, seed);
        return [.. noise.Select((value, row) => 100 + value - (40 * Math.Cos(2 * Math.PI * (TimeOf(row) - Begin).TotalDays)))];
    }
}
