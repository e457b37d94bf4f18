namespace CacheKeeper.Analytics.Windows;

/// <summary>The hours of a day that is over, and what a choice of them would have cost.</summary>
internal sealed record PastDay(DateOnly Date, double[] Loads)
{
    /// <summary>
    /// How far the window of <paramref name="hours"/> hours from <paramref name="first"/> on was from the day's best: 0 for the best, 1 for the mean window;
    /// 0 on a day on which all windows were alike.
    /// </summary>
    public double Regret(int first, int hours)
    {
        var windows = Enumerable.Range(0, Loads.Length - hours + 1).Select(start => Loads.AsSpan(start, hours).ToArray().Sum()).ToArray();
        var (least, mean) = (windows.Min(), windows.Average());
        return mean - least > 0 ? (windows[Math.Min(first, windows.Length - 1)] - least) / (mean - least) : 0;
    }
}
