using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>The contract on Garnet, which refuses and lacks much of what redis-server has.</summary>
public sealed class GarnetTierTests(SandboxFixture sandbox, GarnetTierTests.Server server) : RedisTierTests(sandbox), IClassFixture<GarnetTierTests.Server>
{
    private protected override Task<TierRig> BuildAsync() => RigAsync(new RespClient(server.Url, TimeSpan.FromSeconds(20)), server.Url);

    public sealed class Server : IAsyncLifetime
    {
        private RedisServer? _garnet;

        public string Url => _garnet!.Url;

        public async ValueTask InitializeAsync() => _garnet = await RedisServer.StartGarnetAsync(0, TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync() => _garnet?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
