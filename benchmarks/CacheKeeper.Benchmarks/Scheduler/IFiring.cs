namespace CacheKeeper.Benchmarks.Scheduler;

/// <summary>One way to fire many jobs, running from its start until it is disposed.</summary>
internal interface IFiring : IAsyncDisposable
{
    Lateness Lateness { get; }
}
