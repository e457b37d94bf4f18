using CacheKeeper.Scheduling;

namespace CacheKeeper.Benchmarks.Scheduler;

/// <summary>Notes when it began and does nothing else.</summary>
internal sealed class EmptyJob(string name, DateTimeOffset scheduled, Lateness lateness) : IJob
{
    public string Name => name;

    public IReadOnlyList<string> Resources => [];

    public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        lateness.Add(scheduled);
        return Task.FromResult(new JobResult(RunOutcome.Done, "Nothing."));
    }
}
