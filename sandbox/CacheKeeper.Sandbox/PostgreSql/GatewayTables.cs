using CacheKeeper.Client;

namespace CacheKeeper.Sandbox.PostgreSql;

/// <summary>The gateway's table <c>cache_entries</c> in the two forms its documents describe, and the tables beside it.</summary>
internal static class GatewayTables
{
    private const string First = """
        create table if not exists cache_entries (
            id serial primary key,
            query_hash varchar(64) unique not null,
            query_text text not null,
            response_text text not null,
            project_name varchar(100) not null,
            project_path varchar(500),
            category varchar(50),
            agent_id varchar(100),
            metadata jsonb,
            access_count integer default 0,
            created_at timestamp default now(),
            updated_at timestamp default now(),
            accessed_at timestamp,
            ttl_seconds integer default 3600);
        create index if not exists cache_entries_scope on cache_entries (project_name, category, agent_id, accessed_at desc);
        create index if not exists cache_entries_use on cache_entries (access_count desc, created_at desc)
        """;

    private const string Second = """
        create table if not exists cache_entries (
            id bigserial primary key,
            query_hash varchar(64) unique not null,
            query_text text not null,
            response_text text not null,
            project_name varchar(100) not null,
            project_path varchar(500),
            category varchar(50) not null default 'general',
            agent_id varchar(100) not null default 'general_assistant',
            subcategory varchar(50),
            metadata jsonb default '{}',
            tags text[] default '{}',
            access_count integer default 0,
            hit_count integer default 0,
            miss_count integer default 0,
            performance_score numeric(5,2) default 0.0,
            relevance_score numeric(5,2) default 1.0,
            optimization_level integer default 0,
            created_at timestamp default now(),
            updated_at timestamp default now(),
            accessed_at timestamp,
            expires_at timestamp,
            ttl_seconds integer default 3600,
            auto_extend_ttl boolean default false);
        create index if not exists cache_entries_scope on cache_entries (project_name, category, agent_id, accessed_at desc);
        create index if not exists cache_entries_score on cache_entries (performance_score desc, relevance_score desc);
        create index if not exists cache_entries_expiry on cache_entries (optimization_level, expires_at);
        create index if not exists cache_entries_words on cache_entries
            using gin (to_tsvector('english', query_text || ' ' || response_text))
        """;

    /// <summary>Everything a gateway and its keeper need, in the older (1) or newer (2) form; harmless where it stands already.</summary>
    public static IReadOnlyList<string> Create(int schema) =>
        [schema == 1 ? First : Second, CacheTables.Stats, CacheTables.Directives, CacheTables.Dictionaries, CacheTables.AccessLog];

    /// <summary>What the keeper needs and no more: it reads, changes and removes rows, and can create nothing.</summary>
    public const string Grants = """
        grant select, insert, update, delete on cache_entries, cache_stats, cache_directives, cache_dictionaries, cache_access_log to keeper;
        grant usage, select on all sequences in schema public to keeper
        """;
}
