using CacheKeeper.Scheduling;

namespace CacheKeeper;

/// <summary>Where the scheduler's learning gets its figures from. Nothing known is an ordinary answer: then the timetable stands.</summary>
internal static class LearningInputsHost
{
    /// <summary>The performance score of the last hour, 0–1; null while it is not known.</summary>
    public static Task<double?> ScoreAsync(KeeperHost keeper, CancellationToken cancellationToken) => Task.FromResult<double?>(null);

    /// <summary>The usual load of each hour of the week; empty while none is known.</summary>
    public static Task<IReadOnlyList<HourLoad>> HourLoadsAsync(KeeperHost keeper, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HourLoad>>([]);
}
