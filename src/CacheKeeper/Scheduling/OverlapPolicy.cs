namespace CacheKeeper.Scheduling;

/// <summary>What becomes of a time that comes while the job still runs.</summary>
internal enum OverlapPolicy
{
    Skip,

    /// <summary>One waits and runs afterwards; further ones are skipped.</summary>
    Queue,
}
