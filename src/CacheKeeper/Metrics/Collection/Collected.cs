using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>Everything one collection saw; the series are made of it and of nothing else. Null is unknown.</summary>
internal sealed record Collected(DateTimeOffset At)
{
    /// <summary>One for each configured tier; one that failed says why.</summary>
    public IReadOnlyList<TierSnapshot> Tiers { get; init; } = [];

    public RowFigures? Rows { get; init; }

    /// <summary>How alike the questions of a sample of live rows are.</summary>
    public ScoreSpread? Alike { get; init; }

    /// <summary>What the gateway counted in the last hour, or as near to it as the readings allow.</summary>
    public Counted? LastHour { get; init; }

    /// <summary>What it counted since the sample before.</summary>
    public Counted? SinceBefore { get; init; }

    /// <summary>What the Redis server's own counters rose by since the sample before, by their names in INFO.</summary>
    public IReadOnlyDictionary<string, double> RedisRises { get; init; } = new Dictionary<string, double>();

    /// <summary>How long ago the sample before was taken; null at the first.</summary>
    public TimeSpan? Since { get; init; }

    /// <summary>What this keeper itself sent since the sample before; null at the first.</summary>
    public TierCalls? Calls { get; init; }

    /// <summary>Of the entries removed lately, those asked for again; from the run ledger.</summary>
    public double? Regret { get; init; }

    public TierSnapshot? Seen(TierName tier) => Tiers.FirstOrDefault(snapshot => snapshot.Tier == tier && snapshot.Error is null);
}

/// <summary>Counts over a stretch of time.</summary>
internal sealed record Counted(ClientCounters Counters, TimeSpan Over);

/// <summary>What single calls cost, from the tiers' settings.</summary>
internal sealed record CallPrices(double PerRedisCommand, double PerMem0Request);
