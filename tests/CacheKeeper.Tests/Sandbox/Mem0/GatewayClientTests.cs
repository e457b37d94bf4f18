using CacheKeeper.Client;

namespace CacheKeeper.Tests.Sandbox.Mem0;

/// <summary>The gateway's own client against the server, in both flavours: what it saves it finds again.</summary>
public sealed class GatewayClientTests(Mem0TestServer platform, SelfHostedTests.OpenSource openSource)
    : IClassFixture<Mem0TestServer>, IClassFixture<SelfHostedTests.OpenSource>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task On_the_platform_an_answer_comes_back() => RoundTripAsync(platform, Mem0Flavour.Platform);

    [Fact]
    public Task On_the_open_source_server_an_answer_comes_back() => RoundTripAsync(openSource, Mem0Flavour.SelfHosted);

    private static async Task RoundTripAsync(Mem0TestServer server, Mem0Flavour flavour)
    {
        await using var cache = new TieredCache(new CacheKeeperClientOptions
        {
            Mem0Host = server.Server.Url,
            Mem0ApiKey = Mem0TestServer.Key,
            Mem0Flavour = flavour,
            Mem0Timeout = TimeSpan.FromSeconds(20),
            SaveTimeout = TimeSpan.FromSeconds(20),
        });
        Assert.False((await cache.LookupAsync("How do I get my refund?", cancellationToken: Cancel)).IsHit);
        Assert.True((await cache.SaveAsync("How do I get my refund?", "Within three days.", cancellationToken: Cancel)).IsSaved);
        Assert.True((await cache.SaveAsync("How do I change my password?", "In the profile.", cancellationToken: Cancel)).IsSaved);
        Assert.Equal("Within three days.", (await cache.LookupAsync("How do I get my refund?", cancellationToken: Cancel)).Response);
        Assert.Equal("In the profile.", (await cache.LookupAsync("how do i change my   password?", cancellationToken: Cancel)).Response);
        Assert.Equal(2 * 2, server.Server.Memories);
    }
}
