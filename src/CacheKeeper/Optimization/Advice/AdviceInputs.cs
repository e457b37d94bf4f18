using CacheKeeper.Client;
using CacheKeeper.Metrics;
using CacheKeeper.Optimization.History;
using CacheKeeper.Optimization.Indexes;
using CacheKeeper.Tiers;

namespace CacheKeeper.Optimization.Advice;

/// <summary>Everything that the rules look at; what is null or empty could not be seen.</summary>
internal sealed record AdviceInputs(string Project, DateTimeOffset Now, OptimizerPolicy Policy)
{
    public AccessHistory? History { get; init; }

    /// <summary>The tiers that are configured.</summary>
    public IReadOnlyList<TierName> Tiers { get; init; } = [];

    public DirectivesDocument? Directives { get; init; }

    public ClientCounters? Counters { get; init; }

    public IReadOnlyList<TierSnapshot> Snapshots { get; init; } = [];

    public DatabaseFacts? Database { get; init; }

    /// <summary>The name of the cache's own table.</summary>
    public string CacheTable { get; init; } = "cache_entries";

    /// <summary>The lifetime that held a week ago, by category and agent; who is not in it had the ordinary one.</summary>
    public IReadOnlyDictionary<(string Category, string Agent), TimeSpan> AWeekAgo { get; init; } = new Dictionary<(string, string), TimeSpan>();

    /// <summary>Ids of recommendations that were applied and wait for their verdict: they are left alone until then.</summary>
    public IReadOnlySet<string> OnTrial { get; init; } = new HashSet<string>();

    /// <summary>What could not be looked at, one sentence each.</summary>
    public IReadOnlyList<string> Unseen { get; init; } = [];
}
