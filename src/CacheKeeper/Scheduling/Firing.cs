namespace CacheKeeper.Scheduling;

/// <summary>A time at which a job is to run. <paramref name="SkipReason"/> is set when it is already known that it will not.</summary>
internal sealed record Firing(string Job, DateTimeOffset ScheduledAt, RunTrigger Trigger, string? SkipReason = null)
{
    /// <summary>The run of a dead node that this one begins anew; null for a firing of its own.</summary>
    public string? TakesOver { get; init; }
}
