namespace CacheKeeper.Client;

/// <summary>Which HTTP surface a Mem0 address speaks.</summary>
public enum Mem0Flavour
{
    /// <summary>The hosted platform, its third version: <c>Authorization: Token</c>, paths with a trailing slash.</summary>
    Platform,

    /// <summary>The open-source server: <c>X-API-Key</c>, paths without a version.</summary>
    SelfHosted,
}

/// <summary>What must be the same in two questions for which Mem0 may give the same answer.</summary>
public enum SemanticGuard
{
    /// <summary>All words in their order, but for case, punctuation and articles.</summary>
    Wording,

    /// <summary>Numbers, currency signs and negations in their order; the other words may differ as far as the score allows.</summary>
    Marks,
}

/// <summary>Where the tiers are and how patiently they are asked. A tier without an address is not used.</summary>
public sealed class CacheKeeperClientOptions
{
    /// <summary>The project whose answers these are: <c>project_name</c> of rows, <c>user_id</c> of memories.</summary>
    public string Project { get; set; } = "upi_admin_gateway";

    /// <summary><c>postgresql://…</c> or an Npgsql connection string.</summary>
    public string? DatabaseUrl { get; set; }

    /// <summary>The REST address of an Upstash database.</summary>
    public string? UpstashUrl { get; set; }

    /// <summary>The REST token that goes with it.</summary>
    public string? UpstashToken { get; set; }

    /// <summary><c>redis://</c> or <c>rediss://</c>, used when there is no <see cref="UpstashUrl"/>.</summary>
    public string? RedisUrl { get; set; }

    /// <summary>The address of Mem0; null means the hosted platform when there is a key.</summary>
    public string? Mem0Host { get; set; }

    /// <summary>The key that goes with it; without one Mem0 is not used.</summary>
    public string? Mem0ApiKey { get; set; }

    /// <summary>Which surface <see cref="Mem0Host"/> speaks.</summary>
    public Mem0Flavour Mem0Flavour { get; set; } = Mem0Flavour.Platform;

    /// <summary>Put before every key of the cache in Redis, for databases shared with others.</summary>
    public string KeyPrefix { get; set; } = "";

    /// <summary>Categories of your own, tried before the built-in ones.</summary>
    public IList<CategoryRule> Categories { get; } = [];

    /// <summary>Your own way to identify a question (32 to 64 hex digits); null means <see cref="QueryHash.Of"/>.</summary>
    public Func<string, string>? HashQuery { get; set; }

    /// <summary>How long a lookup waits for Mem0.</summary>
    public TimeSpan Mem0Timeout { get; set; } = TimeSpan.FromMilliseconds(800);

    /// <summary>How long a lookup waits for Redis.</summary>
    public TimeSpan UpstashTimeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a lookup waits for PostgreSQL.</summary>
    public TimeSpan PostgreSqlTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a save waits for each tier; they are written at the same time.</summary>
    public TimeSpan SaveTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>After so many failures in a row a tier rests.</summary>
    public int FailuresBeforeRest { get; set; } = 3;

    /// <summary>How long it rests before one call tries it again; doubled at each failed try, up to sixteen times.</summary>
    public TimeSpan RestFor { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether Mem0 may answer a question with the answer to one that reads alike.</summary>
    public bool SemanticHits { get; set; } = true;

    /// <summary>What such a question must have in common with the one asked, whatever its score.</summary>
    public SemanticGuard SemanticGuard { get; set; } = SemanticGuard.Wording;

    /// <summary>Score, 0 to 1, that such a question must reach besides.</summary>
    public double SemanticThreshold { get; set; } = 0.97;

    /// <summary>How long a memory answers; Mem0 itself knows only whole days.</summary>
    public TimeSpan Mem0Lifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often the keeper's directives are read.</summary>
    public TimeSpan DirectivesInterval { get; set; } = TimeSpan.FromSeconds(0.7);

    /// <summary>
    /// Read directives in PostgreSQL first and in Redis only when that fails. Upstash bills each read: at the usual interval about
    /// 3.7 million a month for each running gateway.
    /// </summary>
    public bool DirectivesFromPostgreSqlFirst { get; set; }

    /// <summary>How often counters are written to <c>cache_stats</c>.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Share of the questions whose lookups are logged in <c>cache_access_log</c>, 0 to 1.</summary>
    public double AccessLogRate { get; set; } = 0.05;

    /// <summary>How long the access log is kept.</summary>
    public TimeSpan AccessLogFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Whether the client may create <c>cache_stats</c> and <c>cache_access_log</c> where they are missing.</summary>
    public bool CreateMissingTables { get; set; }

    /// <summary>What the variables people already have say: <c>PROJECT_NAME</c>, <c>DATABASE_URL</c>, <c>UPSTASH_REDIS_REST_URL</c> and so on.</summary>
    public static CacheKeeperClientOptions FromEnvironment() => From(Environment.GetEnvironmentVariable);

    internal static CacheKeeperClientOptions From(Func<string, string?> variable)
    {
        string? Text(params string[] names) => names.Select(variable).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
        var options = new CacheKeeperClientOptions
        {
            DatabaseUrl = Text("DATABASE_URL"),
            UpstashUrl = Text("UPSTASH_REDIS_REST_URL", "UPSTASH_URL"),
            UpstashToken = Text("UPSTASH_REDIS_REST_TOKEN", "UPSTASH_TOKEN"),
            RedisUrl = Text("REDIS_URL"),
            Mem0Host = Text("MEM0_HOST"),
            Mem0ApiKey = Text("MEM0_API_KEY"),
        };
        options.Project = Text("PROJECT_NAME") ?? options.Project;
        return options;
    }

    /// <summary>Everything that is wrong with these options, one sentence each.</summary>
    public IReadOnlyList<string> Problems()
    {
        (bool Wrong, string Sentence)[] rules =
        [
            (Project.Length is 0 or > 100, $"{nameof(Project)} must have 1 to 100 characters."),
            (UpstashUrl is not null && !IsHttp(UpstashUrl), $"{nameof(UpstashUrl)} must be an http or https URL."),
            (UpstashUrl is not null && string.IsNullOrEmpty(UpstashToken), $"{nameof(UpstashToken)} is missing: every REST call needs it."),
            (Mem0Host is not null && !IsHttp(Mem0Host), $"{nameof(Mem0Host)} must be an http or https URL."),
            (SemanticThreshold is <= 0 or > 1 or double.NaN, $"{nameof(SemanticThreshold)} must be above 0 and at most 1."),
            (AccessLogRate is < 0 or > 1 or double.NaN, $"{nameof(AccessLogRate)} must be 0 to 1."),
            (FailuresBeforeRest < 1, $"{nameof(FailuresBeforeRest)} must be at least 1."),
            (Durations().Any(duration => duration <= TimeSpan.Zero), "Time-outs, intervals and lifetimes must be longer than zero."),
        ];
        return [.. rules.Where(rule => rule.Wrong).Select(rule => rule.Sentence)];
    }

    private TimeSpan[] Durations() =>
        [Mem0Timeout, UpstashTimeout, PostgreSqlTimeout, SaveTimeout, RestFor, Mem0Lifetime, DirectivesInterval, FlushInterval, AccessLogFor];

    private static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
}
