using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>The contract on a real redis-server over RESP.</summary>
public sealed class RespTierTests(SandboxFixture sandbox) : RedisTierTests(sandbox)
{
    private protected override async Task<TierRig> BuildAsync()
    {
        var url = (await Sandbox.StartedAsync()).Redis.Url;
        return await RigAsync(new RespClient(url, TimeSpan.FromSeconds(20)), url);
    }
}
