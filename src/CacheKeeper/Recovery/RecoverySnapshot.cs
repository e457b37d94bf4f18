using CacheKeeper.Health;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Recovery;

/// <summary>What recovery sees at one look. Null is unknown: nothing is done for what is not known.</summary>
internal sealed record RecoverySnapshot(string Project, DateTimeOffset At)
{
    /// <summary>The configured tiers.</summary>
    public IReadOnlyDictionary<TierName, TierSight> Tiers { get; init; } = new Dictionary<TierName, TierSight>();

    /// <summary>Bytes in use and allowed in Redis, now.</summary>
    public (long Used, long Limit)? Memory { get; init; }

    /// <summary>Keys that Redis evicted since the look before.</summary>
    public long? Evicted { get; init; }

    /// <summary>Hits ÷ lookups of the last hour, and the lookups an hour.</summary>
    public (double Ratio, double LookupsAnHour)? Hits { get; init; }

    /// <summary>The free share where the keeper's own state lies.</summary>
    public double? DiskFree { get; init; }

    /// <summary>Set while a person has frozen every change.</summary>
    public Freeze? Freeze { get; init; }

    /// <summary>Jobs that can be run here.</summary>
    public IReadOnlySet<string> Jobs { get; init; } = new HashSet<string>();

    public bool IsUp(TierName tier) => Tiers.TryGetValue(tier, out var sight) && sight.Settled is TierHealth.Healthy or TierHealth.Degraded && sight.Latest.Health != TierHealth.Failed;
}

/// <summary>One tier: what the last probe found, and what several agree on.</summary>
internal sealed record TierSight(HealthVerdict Latest, TierHealth Settled)
{
    /// <summary>It did not answer, for no reason that has an issue of its own. Null after a single failure: one look decides nothing.</summary>
    public bool? IsDown => Latest switch
    {
        { Health: TierHealth.Unknown } => null,
        { Health: TierHealth.Failed, Cause: FailureCause.NoAnswer } => Settled == TierHealth.Failed ? true : null,
        _ => false,
    };

    public bool? Is(FailureCause cause) => Latest.Health == TierHealth.Unknown ? null : Latest.Cause == cause;
}
