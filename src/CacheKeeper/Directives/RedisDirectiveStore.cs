using CacheKeeper.Client;
using CacheKeeper.Tiers;

namespace CacheKeeper.Directives;

/// <summary>The Redis key <c>cachekeeper:{project}:directives</c>; it vanishes by itself when its last part has ended.</summary>
internal sealed class RedisDirectiveStore(RedisTier redis) : IDirectivePlaceStore
{
    // Two writers may arrive in the wrong order: the older version must not take the newer one's place.
    private const string WriteUnlessNewer = """
        local standing = redis.call('GET', KEYS[1])
        if standing then
          local readable, read = pcall(cjson.decode, standing)
          if readable and type(read) == 'table' and tonumber(read['version']) and tonumber(read['version']) > tonumber(ARGV[2]) then return 0 end
        end
        redis.call('SET', KEYS[1], ARGV[1], 'PXAT', ARGV[3])
        return 1
        """;

    public TierName Tier => TierName.Upstash;

    public async Task<DirectivesDocument?> ReadAsync(string project, CancellationToken cancellationToken) =>
        (await redis.CommandAsync("read directives", ["GET", CacheKeys.Directives(project)], cancellationToken)).Text is { } text ? DirectivesDocument.FromJson(text) : null;

    public Task WriteAsync(DirectivesDocument document, DateTimeOffset keepUntil, CancellationToken cancellationToken) => redis.CommandAsync(
        "write directives",
        ["EVAL", WriteUnlessNewer, "1", CacheKeys.Directives(document.Project), document.ToJson(), document.Version.ToString(), keepUntil.ToUnixTimeMilliseconds().ToString()],
        cancellationToken);
}
