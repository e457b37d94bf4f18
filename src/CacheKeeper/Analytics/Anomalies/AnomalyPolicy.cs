namespace CacheKeeper.Analytics.Anomalies;

/// <summary>How the detector listens to one series; lengths are counted in points unless the name says otherwise.</summary>
internal sealed record AnomalyPolicy
{
    public static AnomalyPolicy Default { get; } = new();

    /// <summary>Points before the detector says anything but "learning".</summary>
    public int MinimumPoints { get; init; } = 100;

    /// <summary>Values kept to know the median and the rank of a value.</summary>
    public int RememberedValues { get; init; } = 1024;

    public int ShortWindow { get; init; } = 12;

    /// <summary>At most <see cref="RecentWindow.Capacity"/>.</summary>
    public int LongWindow { get; init; } = 50;

    /// <summary>Weight of one value in the slow mean that a level is compared with.</summary>
    public double SlowRate { get; init; } = 0.001;

    /// <summary>Half hours of the day.</summary>
    public int DaySlots { get; init; } = 48;

    public double DayRate { get; init; } = 0.2;

    /// <summary>Hours of the week.</summary>
    public int WeekSlots { get; init; } = 168;

    public double WeekRate { get; init; } = 0.3;

    /// <summary>Upper share of a signal's past, and of the agreement's, that the tail is fitted to.</summary>
    public double TailShare { get; init; } = 0.05;

    /// <summary>Points after which the past starts to weigh half.</summary>
    public int Memory { get; init; } = 16_384;

    /// <summary>Points over which the agreement of the signals is averaged before it is judged.</summary>
    public int Smoothing { get; init; } = 4;

    /// <summary>Strength up to which nothing is held against the series; what is above accumulates, what is below is taken off again.</summary>
    public double UsualStrength { get; init; } = 4;

    /// <summary>Accumulated strength at which an alarm is given.</summary>
    public double AlarmAt { get; init; } = 2.5;

    /// <summary>Most that accumulates, so that the greatest upset is over when its rest is.</summary>
    public double MostAccumulated { get; init; } = 20;

    /// <summary>How much more must accumulate for each recent alarm; an alarm counts e-fold less after <see cref="FatigueLife"/> points.</summary>
    public double FatigueStep { get; init; } = 0.3;

    public double FatigueLife { get; init; } = 3000;

    /// <summary>Rest after an alarm as a share of the points seen so far, within the two bounds below.</summary>
    public double RestShare { get; init; } = 0.04;

    public int ShortestRest { get; init; } = 10;
    public int LongestRest { get; init; } = 300;

    /// <summary>A rest does not end before half of it has passed without a strength above this: one upset is one alarm.</summary>
    public double CalmStrength { get; init; } = 3;

    /// <summary>How long after one of our own interventions has ended it still explains what is seen.</summary>
    public TimeSpan ExplainedFor { get; init; } = TimeSpan.FromHours(2);
}
