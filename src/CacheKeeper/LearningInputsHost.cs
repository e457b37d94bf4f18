using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Windows;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;

namespace CacheKeeper;

/// <summary>Where the scheduler's learning gets its figures from. Nothing known is an ordinary answer: then the timetable stands.</summary>
internal static class LearningInputsHost
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The performance score of the last hour, 0–1; null while it is not known.</summary>
    public static async Task<double?> ScoreAsync(KeeperHost keeper, CancellationToken cancellationToken) =>
        (await new SampleStore(keeper.State).LatestAsync(keeper.Project, "performance_score", keeper.Time.GetUtcNow() - Hour, cancellationToken))?.Value;

    /// <summary>The usual load of each hour of the week, in the zone of the timetable; empty while none is known.</summary>
    public static async Task<IReadOnlyList<HourLoad>> HourLoadsAsync(KeeperHost keeper, CancellationToken cancellationToken)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(keeper.Settings.Scheduling.TimeZone, out var known) ? known : TimeZoneInfo.Utc;
        return await LoadAsync(keeper, cancellationToken) is { } load ? [.. LoadProfile.Of(load, zone, keeper.Settings.Analytics.Windows).Hours] : [];
    }

    /// <summary>Lookups by the hour over the weeks that windows are learned from; null without any. The hour that is not over is left out.</summary>
    public static async Task<TimeGrid?> LoadAsync(KeeperHost keeper, CancellationToken cancellationToken)
    {
        var now = keeper.Time.GetUtcNow();
        var end = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour));
        var hours = await new SampleStore(keeper.State).ReadAsync(
            keeper.Project, "lookup_count", RollupLevel.Hour, end - TimeSpan.FromDays(7 * keeper.Settings.Analytics.Windows.Weeks), end, cancellationToken);
        return TimeGrid.Of(hours, Hour);
    }
}
