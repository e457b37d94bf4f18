namespace CacheKeeper.Scheduling;

/// <summary>A job that should have started or ended and did not.</summary>
internal sealed record Overdue(string Job, DateTimeOffset Since, string Reason)
{
    /// <summary>What is overdue; null when nothing is.</summary>
    /// <param name="expected">The first time after the last recorded one, as it was to start.</param>
    /// <param name="running">The run that has not ended; null when none.</param>
    public static Overdue? Find(ScheduledJob job, DateTimeOffset? expected, RunRecord? running, Pause? pause, SchedulingPolicy policy, DateTimeOffset now)
    {
        if (running is not null)
        {
            return now - running.StartedAt > policy.LongestRun + policy.OverdueAfter
                ? new Overdue(job.Name, running.StartedAt + policy.LongestRun, $"{running.Run} should have ended by {running.StartedAt + policy.LongestRun:yyyy-MM-dd HH:mm}Z and has not.")
                : null;
        }

        var patience = policy.OverdueAfter + (job.Definition.WaitsFor is null ? TimeSpan.Zero : policy.LongestWait);
        return job.Fires && pause?.Holds(now) != true && expected is { } due && now - due > patience
            ? new Overdue(job.Name, due, $"It should have started at {due.UtcDateTime:yyyy-MM-dd HH:mm}Z and is neither recorded as run nor as skipped.")
            : null;
    }
}
