namespace CacheKeeper.Analytics.Forecasting;

/// <summary>Which seasons a step length has: days, and weeks of days.</summary>
internal static class Seasons
{
    private const int DaysInWeek = 7;

    /// <summary>Fewer steps a day than this are no profile of a day.</summary>
    private const int FewestStepsADay = 4;

    /// <summary>Steps in a day; for daily steps the days of a week; 1 where neither fits.</summary>
    public static int Of(TimeSpan step)
    {
        var stepsInDay = TimeSpan.FromDays(1) / step;
        return stepsInDay switch
        {
            >= FewestStepsADay => (int)Math.Round(stepsInDay),
            > 0.99 and < 1.01 => DaysInWeek,
            _ => 1,
        };
    }

    /// <summary>A week of days for a season that can be a day; null for seasons of weeks, months and quarters.</summary>
    public static int? LongOf(int season) => season >= 24 ? season * DaysInWeek : null;
}
