using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper;

/// <summary>Makes the tiers that the settings name.</summary>
internal static class TierHost
{
    /// <summary>The configured tiers: Redis first, Mem0, PostgreSQL last.</summary>
    public static IReadOnlyList<ITier> Create(KeeperSettings settings, TimeProvider time)
    {
        var postgres = Postgres(settings, time);
        ITier?[] tiers = [Redis(settings, postgres, time), Mem0(settings, time), postgres];
        return [.. tiers.OfType<ITier>()];
    }

    /// <summary>What is wrong with the addresses of the configured tiers, all of it; nothing is connected to.</summary>
    public static IReadOnlyList<KeeperException> Mistakes(KeeperSettings settings)
    {
        var mistakes = new List<KeeperException>();
        foreach (var make in (Func<ITier?>[])[() => Postgres(settings, TimeProvider.System), () => Redis(settings, null, TimeProvider.System), () => Mem0(settings, TimeProvider.System)])
        {
            try
            {
                make();
            }
            catch (KeeperException e)
            {
                mistakes.Add(e);
            }
        }

        return mistakes;
    }

    /// <summary>What to say about a tier that has no settings.</summary>
    public static string HowToConfigure(TierName tier) => tier switch
    {
        TierName.Postgresql => "Set DATABASE_URL (or postgresql.url) to keep PostgreSQL.",
        TierName.Upstash => "Set UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN (or REDIS_URL) to keep Redis.",
        _ => "Set MEM0_API_KEY (and MEM0_HOST for another server) to keep Mem0.",
    };

    private static PostgresTier? Postgres(KeeperSettings settings, TimeProvider time) =>
        SecretStore.Resolve(settings.Postgresql.Url) is { } url
            ? new PostgresTier(PostgresConnectionHost.Create(url, settings.Postgresql), settings.Postgresql, time)
            : null;

    private static RedisTier? Redis(KeeperSettings settings, PostgresTier? postgres, TimeProvider time)
    {
        var (upstash, token, url) = (settings.Upstash, SecretStore.Resolve(settings.Upstash.Token), SecretStore.Resolve(settings.Upstash.RedisUrl));
        IRedisClient? client = upstash.Url is { Length: > 0 } rest && token is not null ? new UpstashClient(Http(upstash.Timeout), rest, token, time)
            : url is not null ? new RespClient(url, upstash.Timeout)
            : null;
        return client is null ? null : new RedisTier(client, upstash, settings.Project, postgres is null ? null : postgres.FindHashesAsync, time);
    }

    private static Mem0Tier? Mem0(KeeperSettings settings, TimeProvider time) => SecretStore.Resolve(settings.Mem0.ApiKey) is { } key
        ? new Mem0Tier(new Mem0Client(Http(settings.Mem0.Timeout), settings.Mem0, key, time), settings.Mem0, time)
        : null;

    private static HttpClient Http(TimeSpan timeout) =>
        new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = timeout, AllowAutoRedirect = false, UseCookies = false }) { Timeout = timeout };
}
