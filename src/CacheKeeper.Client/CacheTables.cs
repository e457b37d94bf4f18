namespace CacheKeeper.Client;

/// <summary>The tables beside <c>cache_entries</c> that the client and the keeper share, as SQL that may run again and again.</summary>
public static class CacheTables
{
    /// <summary>Counters that only grow, one a row.</summary>
    public const string Stats = """
        create table if not exists cache_stats (
            id serial primary key,
            stat_name varchar(100) unique not null,
            stat_value bigint default 0,
            category varchar(50),
            agent_id varchar(100),
            metadata jsonb,
            created_at timestamp default now(),
            updated_at timestamp default now())
        """;

    /// <summary>The newest directives of each project (<see cref="DirectivesDocument"/>).</summary>
    public const string Directives = """
        create table if not exists cache_directives (
            project_name varchar(100) primary key,
            version bigint not null,
            document jsonb not null,
            updated_at timestamptz not null default now())
        """;

    /// <summary>Dictionaries of compressed values (<see cref="ValueEnvelope"/>).</summary>
    public const string Dictionaries = """
        create table if not exists cache_dictionaries (
            project_name varchar(100) not null,
            dictionary_id varchar(32) not null,
            content bytea not null,
            created_at timestamptz not null default now(),
            primary key (project_name, dictionary_id))
        """;

    /// <summary>
    /// Lookups of a sample of the questions: every lookup of a question whose hash falls under the rate, none of the others. Hit ratios
    /// of larger and smaller caches can be told from such a sample (SHARDS: Waldspurger and others, FAST 2015).
    /// </summary>
    public const string AccessLog = """
        create table if not exists cache_access_log (
            id bigserial primary key,
            project_name varchar(100) not null,
            query_hash varchar(64) not null,
            at timestamptz not null,
            tier varchar(20),
            category varchar(50),
            agent_id varchar(100),
            bytes integer,
            sample_rate real not null);
        create index if not exists cache_access_log_at on cache_access_log (project_name, at)
        """;
}
