using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

public sealed class TierPriceTests
{
    [Theory]
    [InlineData("redis://127.0.0.1:1", 0)]
    [InlineData("rediss://default:secret@some-name.upstash.io:6379", 0.4 / 100_000)]
    [InlineData("redis://127.0.0.1:1/?of=upstash.io", 0)]
    public async Task Commands_over_resp_are_billed_by_upstash_alone(string url, double usd)
    {
        await using var tier = Tier(new RespClient(url, TimeSpan.FromSeconds(1)));
        Assert.Equal(usd, tier.Price.UsdPerCall, 12);
    }

    [Fact]
    public async Task Commands_over_rest_are_billed()
    {
        await using var tier = Tier(new UpstashClient(new HttpClient(), "http://127.0.0.1:1", "token", TimeProvider.System));
        Assert.Equal(0.4 / 100_000, tier.Price.UsdPerCall, 12);
    }

    private static RedisTier Tier(IRedisClient client) => new(client, new RedisSettings { PricePer100KCommands = 0.4 }, "p", null, TimeProvider.System);
}
