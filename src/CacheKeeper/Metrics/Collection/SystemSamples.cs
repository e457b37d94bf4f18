using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>The stores themselves, as series.</summary>
internal static class SystemSamples
{
    public static void AddTo(SampleList samples, Collected seen)
    {
        foreach (var snapshot in seen.Tiers.Where(snapshot => snapshot.Error is null))
        {
            OfTier(samples, snapshot);
        }

        OfAll(samples, seen.Tiers);
        if (seen.Seen(TierName.Upstash) is { } redis)
        {
            OfRedis(samples, redis, seen);
        }

        if (seen.Seen(TierName.Postgresql) is { } postgres)
        {
            OfPostgres(samples, postgres, seen.Rows);
        }

        samples.Add("mem0_superseded", Figure(seen.Seen(TierName.Mem0), "superseded"));
    }

    private static void OfTier(SampleList samples, TierSnapshot snapshot)
    {
        var tier = snapshot.Tier.Word();
        samples.Add($"{tier}_entries", snapshot.Entries);
        samples.Add($"{tier}_live", snapshot.Live);
        samples.Add($"{tier}_expired", snapshot.Expired);
        samples.Add($"{tier}_without_ttl", snapshot.WithoutExpiry);
        samples.Add($"{tier}_categories", snapshot.Categories.Count);
        samples.Add($"{tier}_hot", snapshot.Hot);
        samples.Add($"{tier}_oldest_age", snapshot.OldestAt is { } oldest ? Math.Max(0, (snapshot.TakenAt - oldest).TotalMilliseconds) : null);
        samples.Add($"{tier}_entry_bytes", snapshot.Bytes);
        samples.Add($"{tier}_size", snapshot.StoreBytes ?? snapshot.Bytes);
        samples.AddShare($"{tier}_usage", snapshot.StoreBytes ?? snapshot.Bytes, snapshot.LimitBytes);
        samples.Add($"{tier}_sampling_error", snapshot.SamplingError);
    }

    // Distinct entries are PostgreSQL's rows, one a question; without it the fullest tier comes nearest. A tier that fails makes the sum unknown, not smaller.
    private static void OfAll(SampleList samples, IReadOnlyList<TierSnapshot> tiers)
    {
        var known = tiers.Where(snapshot => snapshot.Entries is not null).ToList();
        samples.Add("entries", known.Find(snapshot => snapshot.Tier == TierName.Postgresql)?.Entries ?? (tiers.All(snapshot => snapshot.Tier != TierName.Postgresql) ? known.Max(snapshot => snapshot.Entries) : null));
        if (tiers.Count > 0 && tiers.All(snapshot => snapshot.Bytes is not null))
        {
            samples.Add("size", tiers.Sum(snapshot => snapshot.Bytes));
        }
    }

    private static void OfRedis(SampleList samples, TierSnapshot redis, Collected seen)
    {
        samples.AddShare("memory_usage", redis.StoreBytes, redis.LimitBytes);
        samples.Add("upstash_keys", Figure(redis, "keys"));
        samples.AddShare("upstash_foreign_share", redis.Foreign, redis.Foreign + redis.Live);
        if (seen.Since is { TotalHours: > 0 } since)
        {
            samples.Add("upstash_evictions", Rise("evicted_keys") / since.TotalHours);
            samples.Add("rejected_writes", Rise(RedisFigures.OutOfMemory) / since.TotalHours);
        }

        double? Rise(string counter) => seen.RedisRises.TryGetValue(counter, out var rise) ? rise : null;
    }

    private static void OfPostgres(SampleList samples, TierSnapshot postgres, RowFigures? rows)
    {
        samples.AddShare("postgresql_optimized_share", rows?.Optimized, rows?.Rows);
        samples.Add("postgresql_table_size", Figure(postgres, "table_bytes"));
        samples.Add("postgresql_index_size", Figure(postgres, "index_bytes"));
        samples.Add("postgresql_dead_rows", Figure(postgres, "dead_rows"));
        samples.AddShare("postgresql_dead_share", Figure(postgres, "dead_rows"), Figure(postgres, "dead_rows") + Figure(postgres, "live_rows"));
        samples.Add("postgresql_bloat", Figure(postgres, "bloat_bytes"));
        samples.Add("postgresql_connections", Figure(postgres, "connections"));
        samples.AddShare("postgresql_connection_usage", Figure(postgres, "connections"), Figure(postgres, "max_connections"));
    }

    private static double? Figure(TierSnapshot? snapshot, string name) => snapshot is not null && snapshot.Figures.TryGetValue(name, out var value) ? value : null;
}
