namespace CacheKeeper.Analytics.Windows;

/// <summary>The hours of one coming day in which maintenance should disturb least.</summary>
/// <param name="Start">When they begin, in the zone asked for.</param>
/// <param name="End">When they end, within the same day.</param>
/// <param name="ExpectedShare">Expected load in them ÷ expected load of the whole day, 0–1; null when the day is expected to carry nothing.</param>
/// <param name="Confidence">How sure these hours are near the day's best, 0–1: how often they were, on the days they are learned from.</param>
/// <param name="Reason">Why these, in a sentence.</param>
internal sealed record MaintenanceWindow(DateTimeOffset Start, DateTimeOffset End, double? ExpectedShare, double Confidence, string Reason);

/// <summary>The windows of the coming days; a day for which too little is known is told in <paramref name="Skipped"/>.</summary>
internal sealed record MaintenanceWindowList(IReadOnlyList<MaintenanceWindow> Windows, IReadOnlyList<string> Skipped);
