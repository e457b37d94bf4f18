using CacheKeeper.Alerts;
using CacheKeeper.Client;
using CacheKeeper.Health;
using CacheKeeper.Metrics;
using CacheKeeper.Recovery;
using CacheKeeper.Scheduling;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Live;

/// <summary>What the page and the API know of one project at one instant.</summary>
/// <param name="Tiers">The latest look at each tier; one that failed says why.</param>
/// <param name="Counters">What the gateway's client has counted; null when that cannot be read, for the reason beside it.</param>
/// <param name="Day">Runs that began within the last 24 hours, newest first.</param>
internal sealed record LiveView(string Project, DateTimeOffset At, HealthReport Health, IReadOnlyList<TierSnapshot> Tiers, ClientCounters? Counters, string? CountersUnknown, IReadOnlyList<RunRecord> Day)
{
    /// <summary>The last cleanup that was carried out, however long ago; null when there was none.</summary>
    public RunRecord? LastCleanup { get; init; }

    /// <summary>The newest sample of each series, unless it is too old to stand for now.</summary>
    public IReadOnlyDictionary<string, TimedValue> Samples { get; init; } = new Dictionary<string, TimedValue>();

    public IReadOnlyList<RunRecord> Running { get; init; } = [];

    /// <summary>That a person has stopped every change; null when changes are allowed.</summary>
    public Freeze? Freeze { get; init; }

    /// <summary>What the readers of the cache are told; null when it is not known.</summary>
    public DirectivesDocument? Directives { get; init; }

    /// <summary>Incidents that are open.</summary>
    public IReadOnlyList<Incident> Incidents { get; init; } = [];

    /// <summary>The hit ratio of each collection of the last day, oldest first.</summary>
    public IReadOnlyList<TimedValue> HitRatios { get; init; } = [];

    /// <summary>Alerts that fire now; null when no alert rule was ever judged.</summary>
    public IReadOnlyList<AlertState>? Firing { get; init; }
}
