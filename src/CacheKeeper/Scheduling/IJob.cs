namespace CacheKeeper.Scheduling;

/// <summary>A named piece of scheduled work: it looks, decides and acts; the runner leases and records.</summary>
internal interface IJob
{
    /// <summary>The fixed name, such as <c>light-cleanup</c>.</summary>
    string Name { get; }

    /// <summary>What must not be touched by two runs of a project at once, such as <c>tier:postgresql</c>; the runner leases all of it or none.</summary>
    IReadOnlyList<string> Resources { get; }

    /// <summary>What it may do to the tiers; a job that leases a tier is taken to remove from it unless it says otherwise.</summary>
    JobEffect Effect => Resources.Any(resource => resource.StartsWith("tier:", StringComparison.Ordinal)) ? JobEffect.Removes
        : Resources.Any(resource => resource.StartsWith("directives:", StringComparison.Ordinal)) ? JobEffect.Changes
        : JobEffect.Reads;

    Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken);
}
