namespace CacheKeeper.Scheduling;

/// <summary>Hours in a row, every week, in which the cache is usually quiet.</summary>
/// <param name="Day">The day on which it starts; it may end on the next.</param>
/// <param name="StartHour">0–23.</param>
/// <param name="Hours">How many hours it lasts.</param>
/// <param name="Share">Load of its mean hour ÷ load of the mean hour of the week, 0–1.</param>
/// <param name="Confidence">How sure it is to be quiet, 0–1: from the spread of its hours and how often they were seen.</param>
internal sealed record LowUsageWindow(DayOfWeek Day, int StartHour, int Hours, double Share, double Confidence);
