namespace CacheKeeper.Scheduling;

/// <summary>Proves that the run still holds its leases; returns the instant (state database's clock) until which it may act.</summary>
internal delegate Task<DateTimeOffset> DeadlineProof(CancellationToken cancellationToken);

/// <summary>What a job is told about its run, and how it proves that it may still change things.</summary>
internal sealed record JobContext
{
    public required string Run { get; init; }
    public required string Project { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Stop after the plan.</summary>
    public bool DryRun { get; init; }

    /// <summary>Progress for people: share done in [0, 1] and a short text.</summary>
    public Action<double, string> Progress { get; init; } = (_, _) => { };

    /// <summary>Called before each destructive step; throws <see cref="LeaseLostException"/> when the lease is lost.</summary>
    public required DeadlineProof ProveAsync { get; init; }
}
