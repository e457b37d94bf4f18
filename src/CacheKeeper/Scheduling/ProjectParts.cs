namespace CacheKeeper.Scheduling;

/// <summary>What the scheduler of one project works with.</summary>
internal sealed record ProjectParts
{
    public required string Project { get; init; }
    public required string Node { get; init; }
    public required SchedulingPolicy Policy { get; init; }
    public required IReadOnlyList<ScheduledJob> Timetable { get; init; }
    public required RunStore Runs { get; init; }
    public required JobRunner Runner { get; init; }
    public required SchedulerNotesStore Notes { get; init; }

    /// <summary>Makes the job of that name for one firing.</summary>
    public required Func<string, IJob> Create { get; init; }
}
