namespace CacheKeeper.Metrics;

/// <summary>The stores themselves.</summary>
internal static class SystemMetrics
{
    private const string Look = "look at the tier";
    private const string TierFailed = "the tier could not be looked at";

    public static IEnumerable<MetricDefinition> All => Metrics.Select(metric => metric with { Family = MetricFamily.System });

    private static IEnumerable<MetricDefinition> Metrics =>
    [
        .. TierMetrics.ForEach(OfTier),
        new("entries", MetricUnit.Count, "distinct entries: rows in PostgreSQL, else those of the tier that holds most") { Source = Look, Unknown = "no tier could be looked at" },
        new("size", MetricUnit.Bytes, "bytes of the project's entries over all tiers") { Source = Look, Unknown = "a tier could not be looked at" },
        new("memory_usage", MetricUnit.Ratio, "used ÷ allowed memory of the Redis tier") { Source = "INFO, upstash.limitBytes", Unknown = "neither the server nor the settings name a limit" },
        new("rejected_writes", MetricUnit.PerHour, "writes that the Redis tier refused for lack of room") { Source = "INFO errorstats", Unknown = "the server does not tell" },
        new("upstash_evictions", MetricUnit.PerHour, "keys the server evicted by itself") { Source = "INFO evicted_keys", Unknown = "the server does not tell" },
        new("upstash_keys", MetricUnit.Count, "keys of the whole database, of whomever") { Source = "DBSIZE", Unknown = TierFailed },
        new("upstash_foreign_share", MetricUnit.Ratio, "keys seen that are not provably this project's ÷ keys seen") { Source = Look, Unknown = TierFailed },
        new("postgresql_optimized_share", MetricUnit.Ratio, "rows compressed by the keeper or marked metadata.optimized = true ÷ rows") { Source = "SQL", Unknown = "no rows" },
        new("postgresql_table_size", MetricUnit.Bytes, "the table without its indexes") { Source = "pg_relation_size", Unknown = TierFailed },
        new("postgresql_index_size", MetricUnit.Bytes, "its indexes") { Source = "pg_indexes_size", Unknown = TierFailed },
        new("postgresql_dead_rows", MetricUnit.Count, "row versions that vacuum may remove") { Source = "pg_stat_user_tables (an estimate)", Unknown = "statistics are not readable" },
        new("postgresql_dead_share", MetricUnit.Ratio, "dead ÷ all row versions") { Source = "pg_stat_user_tables (an estimate)", Unknown = "no rows" },
        new("postgresql_bloat", MetricUnit.Bytes, "bytes of the table beyond what its rows need by their mean widths: what vacuum cannot give back, and a rewrite could") { Source = "pg_class and pg_stats (an estimate)", Unknown = "the table was never analyzed, or pg_stats is not readable" },
        new("postgresql_connections", MetricUnit.Count, "connections to the database, of whomever") { Source = "pg_stat_activity", Unknown = TierFailed },
        new("postgresql_connection_usage", MetricUnit.Ratio, "connections ÷ max_connections") { Source = "pg_stat_activity", Unknown = TierFailed },
        new("mem0_superseded", MetricUnit.Count, "memories for whose question a newer one exists") { Source = "listing", Unknown = "the listing was only sampled" },
    ];

    private static IEnumerable<MetricDefinition> OfTier(string tier) =>
    [
        new($"{tier}_entries", MetricUnit.Count, $"entries stored in {tier}, live and expired (Redis: keys)") { Source = Look, Unknown = TierFailed },
        new($"{tier}_live", MetricUnit.Count, "of them within their time") { Source = Look, Unknown = TierFailed },
        new($"{tier}_expired", MetricUnit.Count, "of them past their time") { Source = Look, Unknown = TierFailed },
        new($"{tier}_without_ttl", MetricUnit.Count, "of them without an end") { Source = Look, Unknown = TierFailed },
        new($"{tier}_categories", MetricUnit.Count, "different categories among them") { Source = Look, Unknown = TierFailed },
        new($"{tier}_hot", MetricUnit.Count, "entries read in the last hour") { Source = Look, Unknown = "the tier does not know when entries were read" },
        new($"{tier}_oldest_age", MetricUnit.Milliseconds, "age of the oldest entry") { Source = Look, Unknown = "the tier does not know when entries were written", Watched = false },
        new($"{tier}_entry_bytes", MetricUnit.Bytes, "bytes of the project's entries") { Source = Look, Unknown = TierFailed, ByCategory = tier == "postgresql" },
        new($"{tier}_size", MetricUnit.Bytes, "bytes of the whole store that holds them (table with indexes, Redis memory), else of the entries") { Source = Look, Unknown = TierFailed },
        new($"{tier}_usage", MetricUnit.Ratio, "size ÷ limit") { Source = Look, Unknown = "no limit is known" },
        new($"{tier}_sampling_error", MetricUnit.Ratio, "half the width of the 95 % range of its counts where they come from a sample, as a share; 0 after a full count") { Source = Look, Unknown = TierFailed, Watched = false },
    ];
}
