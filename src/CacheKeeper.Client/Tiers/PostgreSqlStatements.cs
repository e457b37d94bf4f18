namespace CacheKeeper.Client.Tiers;

/// <summary>The statements of the PostgreSQL tier for both forms of its table. Sessions are in UTC, as naive timestamps are.</summary>
internal static class PostgreSqlStatements
{
    // A row counts until its expires_at, else until created_at + ttl_seconds; without either it counts for ever. $3 and $4: the lifetime that
    // directives give it when that is longer than the ordinary one, and by how much. A row that was saved under the directive has that lifetime
    // already: it must not get it twice, or answers would outlive what the directive says.
    private const string FindHead = "select response_text from cache_entries cross join lateral (select coalesce(";
    private const string FindTail = """
        created_at + make_interval(secs => ttl_seconds)) as own, coalesce(updated_at, created_at) + make_interval(secs => $3) as stretched) as ends
        where project_name = $1 and query_hash = $2
            and (own is null or greatest(own, least(stretched, own + make_interval(secs => $4))) > now()::timestamp)
        """;

    public const string Find = FindHead + FindTail;

    public const string FindWithExpiry = FindHead + "expires_at, " + FindTail;

    /// <summary>
    /// $1 hash, $2 question, $3 answer, $4 project, $5 category, $6 agent, $7 metadata, $8 seconds. Without <c>expires_at</c> a renewed
    /// answer's life is counted from <c>created_at</c>, which therefore restarts. Another project's row is never taken over.
    /// </summary>
    public static string Save(PostgreSqlShape shape) => $"""
        insert into cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, metadata, ttl_seconds,
            created_at, updated_at{(shape.Expires ? ", expires_at" : "")})
        values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, now(), now(){(shape.Expires ? ", now() + make_interval(secs => $8)" : "")})
        on conflict ({(shape.HashIsUnique ? "query_hash" : "project_name, query_hash")}) do update set
            query_text = excluded.query_text, response_text = excluded.response_text, category = excluded.category,
            agent_id = excluded.agent_id, ttl_seconds = excluded.ttl_seconds, updated_at = excluded.updated_at,
            metadata = coalesce(cache_entries.metadata, '{"{}"}') || excluded.metadata,
            {(shape.Expires ? "expires_at = excluded.expires_at" : "created_at = excluded.created_at")}
        where cache_entries.project_name = excluded.project_name
        """;

    /// <summary>$1 project, $2 hashes, $3 hits, $4 last hit. Rows are locked in the order of their hashes, so that gateways do not block each other.</summary>
    public static string Touch(PostgreSqlShape shape) => $"""
        with used as (
            select e.id, u.hits, u.at from unnest($2::text[], $3::int[], $4::timestamp[]) as u(hash, hits, at)
            join cache_entries e on e.query_hash = u.hash and e.project_name = $1
            order by e.query_hash for update of e)
        update cache_entries e set
            access_count = coalesce(e.access_count, 0) + used.hits,
            {(shape.CountsHits ? "hit_count = coalesce(e.hit_count, 0) + used.hits," : "")}
            accessed_at = greatest(e.accessed_at, used.at)
        from used where e.id = used.id
        """;

    /// <summary>$1 names, $2 amounts, $3 categories, $4 tiers, $5 kinds, $6 project. Sorted, so that gateways do not block each other.</summary>
    public const string Count = """
        insert into cache_stats (stat_name, stat_value, category, metadata, created_at, updated_at)
        select name, amount, category, jsonb_build_object('project', $6::text, 'tier', tier, 'kind', kind), now(), now()
        from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[]) as c(name, amount, category, tier, kind)
        order by name
        on conflict (stat_name) do update set
            stat_value = coalesce(cache_stats.stat_value, 0) + excluded.stat_value, updated_at = excluded.updated_at
        """;

    public const string Log = """
        insert into cache_access_log (project_name, query_hash, at, tier, category, agent_id, bytes, sample_rate)
        select $1, hash, at, tier, category, agent, bytes, $8
        from unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::int[]) as l(hash, at, tier, category, agent, bytes)
        """;

    /// <summary>$1 project, $2 oldest moment kept. A thousand at a time, so that no flush becomes a long one.</summary>
    public const string TrimLog = """
        delete from cache_access_log where id in (
            select id from cache_access_log where project_name = $1 and at < $2 order by at limit 1000)
        """;

    public const string Directives = "select document::text from cache_directives where project_name = $1";

    public const string Dictionary = "select content from cache_dictionaries where project_name = $1 and dictionary_id = $2";
}
