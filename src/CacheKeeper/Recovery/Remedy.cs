using CacheKeeper.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery;

/// <summary>
/// What is done about an issue: parts of the directives that stand until their end, and repairs that are carried out once. Both are absolute:
/// the same remedy twice is the same as once.
/// </summary>
internal sealed record Remedy(string Sentence)
{
    public IReadOnlyList<LeaveOutDirective> LeaveOut { get; init; } = [];
    public IReadOnlyList<TtlDirective> Ttl { get; init; } = [];
    public IReadOnlyList<Repair> Repairs { get; init; } = [];

    /// <summary>Only a person can mend the cause: told at the first try.</summary>
    public bool NeedsPerson { get; init; }

    /// <summary>What stands without being done anew: kept up while a person is awaited.</summary>
    public Remedy Standing => this with { Repairs = [] };
}

/// <summary>Something that is carried out once, by somebody who knows its guards.</summary>
internal abstract record Repair(string Sentence)
{
    /// <summary>Runs a job of the timetable under its lease, guards and ledger.</summary>
    internal sealed record RunJob(string Job, string Why) : Repair($"runs {Job}: {Why}");

    /// <summary>Frees bytes of a tier by a cleanup with all its guards and a receipt.</summary>
    internal sealed record FreeBytes(TierName Tier, long Bytes, string Why) : Repair($"frees {Bytes / 1048576.0:0.0} MiB of {Tier.Title()}: {Why}");

    /// <summary>Cancels the keeper's own statements that run too long; never anybody else's.</summary>
    internal sealed record CancelOwnStatements(TimeSpan OlderThan) : Repair($"cancels the keeper's own statements older than {OlderThan.TotalSeconds:0} s");

    /// <summary>Closes idle connections, so that the next ones are new.</summary>
    internal sealed record RecyclePool() : Repair("opens new connections to PostgreSQL");
}
