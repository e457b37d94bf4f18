namespace CacheKeeper.Scheduling;

/// <summary>What is known when a firing is judged.</summary>
internal sealed record FiringFacts(IReadOnlyList<ScheduledJob> Timetable, IReadOnlyDictionary<string, Pause> Pauses)
{
    /// <summary>Since when the job runs on this node; null when it does not.</summary>
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>Runs of the last days: of the job itself, and of the one it waits for; newest first.</summary>
    public IReadOnlyList<RunRecord> Recent { get; init; } = [];
}
