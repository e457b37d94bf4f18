namespace CacheKeeper.Scheduling;

/// <summary>One part of the monthly job; each room brings its own. A step that fails does not keep the others from running.</summary>
internal interface IMonthlyJob
{
    /// <summary>As it is told in the run's record, such as "metrics archive".</summary>
    string Name { get; }

    /// <summary>What must not be touched by two runs of a project at once.</summary>
    IReadOnlyList<string> Resources { get; }

    /// <summary>What it may do to the tiers.</summary>
    JobEffect Effect => JobEffect.Reads;

    Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken);
}
