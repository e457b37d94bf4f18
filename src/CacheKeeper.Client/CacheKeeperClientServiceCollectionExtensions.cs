using CacheKeeper.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the cache with a host's services.</summary>
public static class CacheKeeperClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="TieredCache"/> for the whole process. Without <paramref name="configure"/> it is set up from the variables
    /// <c>PROJECT_NAME</c>, <c>DATABASE_URL</c>, <c>UPSTASH_REDIS_REST_URL</c>, <c>UPSTASH_REDIS_REST_TOKEN</c>, <c>REDIS_URL</c>, <c>MEM0_API_KEY</c>
    /// and <c>MEM0_HOST</c>, which also stand before anything <paramref name="configure"/> changes. The host writes the last counters when it stops.
    /// </summary>
    public static IServiceCollection AddCacheKeeperClient(this IServiceCollection services, Action<CacheKeeperClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton(_ =>
        {
            var options = CacheKeeperClientOptions.FromEnvironment();
            configure?.Invoke(options);
            return new TieredCache(options);
        });
    }
}
