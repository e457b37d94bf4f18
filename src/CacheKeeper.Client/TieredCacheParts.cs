using System.Text;
using CacheKeeper.Client.Tiers;

namespace CacheKeeper.Client;

/// <summary>What a cache is made of, opened from its options and closed together.</summary>
internal sealed record TieredCacheParts(
    IReadOnlyList<GuardedTier> Tiers,
    DirectivesReader Directives,
    StatisticsWriter Statistics,
    CacheCounters Counters,
    UseLog Uses,
    PostgreSqlDatabase? Database,
    HttpClient Http) : IAsyncDisposable
{
    private const string HostedMem0 = "https://api.mem0.ai";

    public static TieredCacheParts Open(CacheKeeperClientOptions options, Func<string, string> hash, TimeProvider time)
    {
        // The tiers' own time-outs rule; this one is the last resort.
        var http = new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(2),
            AllowAutoRedirect = false,
        })
        {
            Timeout = TimeSpan.FromSeconds(30),
        };
        var database = options.DatabaseUrl is null ? null : new PostgreSqlDatabase(options.DatabaseUrl, options.CreateMissingTables);
        var redis = RedisOf(options, http);
        var sources = new SharedDocuments(options.Project, redis, database);
        var envelopes = new EnvelopeReader(sources.DictionaryAsync);
        var counters = new CacheCounters();
        var uses = new UseLog(options.AccessLogRate);
        ICacheTier?[] tiers =
        [
            Mem0Of(options, http, hash, time),
            redis is null ? null : new RedisTier(redis, envelopes, options.KeyPrefix, options.UpstashTimeout),
            database is null ? null : new PostgreSqlTier(database, envelopes, options.Project, options.PostgreSqlTimeout),
        ];
        return new TieredCacheParts(
            [.. tiers.OfType<ICacheTier>().Select(tier => new GuardedTier(tier, new TierGate(options.FailuresBeforeRest, options.RestFor, time), options.SaveTimeout, counters))],
            new DirectivesReader(options.Project, sources.Directives(options.DirectivesFromPostgreSqlFirst), options.DirectivesInterval, time),
            new StatisticsWriter(database, counters, uses, new StatisticsSettings(options.Project, options.FlushInterval, options.AccessLogFor), time),
            counters, uses, database, http);
    }

    /// <summary>Counts a lookup as a whole, and the use of its entry.</summary>
    public void Record(CacheLookup lookup, DateTimeOffset at)
    {
        var answered = lookup.Attempts.Any(attempt => attempt.Outcome is TierOutcome.Missed);
        var kind = lookup.IsHit ? CacheStatKinds.Hit : answered ? CacheStatKinds.Miss : CacheStatKinds.Error;
        Counters.Lookup(CacheTiers.All, lookup.Category, kind, lookup.Elapsed);
        if (Database is null)
        {
            return;
        }

        if (lookup.IsHit)
        {
            Uses.Hit(lookup.QueryHash, at);
        }

        if (Uses.IsSampled(lookup.QueryHash))
        {
            var bytes = lookup.Response is { } response ? Encoding.UTF8.GetByteCount(response) : (int?)null;
            Uses.Looked(new LoggedLookup(lookup.QueryHash, at, lookup.Tier, lookup.Category, lookup.Agent, bytes));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Directives.DisposeAsync();
        await Statistics.DisposeAsync();
        foreach (var tier in Tiers)
        {
            await tier.DisposeAsync();
        }

        if (Database is not null)
        {
            await Database.DisposeAsync();
        }

        Http.Dispose();
        Counters.Dispose();
    }

    private static IRedisConnection? RedisOf(CacheKeeperClientOptions options, HttpClient http) =>
        options.UpstashUrl is not null ? new UpstashRestConnection(http, options.UpstashUrl, options.UpstashToken!)
        : options.RedisUrl is not null ? new RespConnection(options.RedisUrl)
        : null;

    private static Mem0Tier? Mem0Of(CacheKeeperClientOptions options, HttpClient http, Func<string, string> hash, TimeProvider time)
    {
        if (options.Mem0ApiKey is null)
        {
            return null;
        }

        var connection = new Mem0Connection(http, options.Mem0Host ?? HostedMem0, options.Mem0ApiKey, options.Mem0Flavour);
        var settings = new Mem0TierSettings(
            options.Project, options.Mem0Timeout, options.Mem0Lifetime, options.SemanticHits, options.SemanticThreshold, options.SemanticGuard, hash);
        return new Mem0Tier(connection, settings, time);
    }
}
