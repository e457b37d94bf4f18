using CacheKeeper.Tiers;
using StackExchange.Redis;

namespace CacheKeeper.Tests.Tiers;

/// <summary>The contract on a real redis-server through its Upstash REST front.</summary>
public class RedisTierTests(SandboxFixture sandbox) : TierContract(sandbox)
{
    private protected override async Task<TierRig> BuildAsync()
    {
        var host = await Sandbox.StartedAsync();
        return await RigAsync(
            new UpstashClient(new HttpClient { Timeout = TimeSpan.FromSeconds(20) }, host.Endpoints.UpstashUrl, host.Endpoints.UpstashToken, TimeProvider.System),
            host.Redis.Url);
    }

    private protected async Task<TierRig> RigAsync(IRedisClient client, string url)
    {
        var project = Sandbox.NewProject();
        var owned = new Dictionary<string, OwnedHash>();
        Task<IReadOnlyDictionary<string, OwnedHash>> FindAsync(string asked, IReadOnlyCollection<string> hashes, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<string, OwnedHash>>(asked == project ? hashes.Where(owned.ContainsKey).ToDictionary(hash => hash, hash => owned[hash]) : new Dictionary<string, OwnedHash>());
        return new RedisRig(await ConnectionMultiplexer.ConnectAsync(url["redis://".Length..]), owned)
        {
            Tier = new RedisTier(client, new RedisSettings(), project, FindAsync, TimeProvider.System),
            Project = project,
            OtherProject = Sandbox.NewProject(),
        };
    }

    private sealed class RedisRig(ConnectionMultiplexer gateway, Dictionary<string, OwnedHash> owned) : TierRig
    {
        public override bool KeepsExpired => false;

        public override async Task<string> PutAsync(string project, string hash, string category, string text, DateTimeOffset? expiresAt)
        {
            if (project == Project)
            {
                owned[hash] = new OwnedHash(hash, category, "payment_processor", 3, null, null);
            }

            var key = $"{category}:{hash}";
            await gateway.GetDatabase().StringSetAsync(key, text, expiresAt!.Value - DateTimeOffset.UtcNow);
            return key;
        }

        public override async Task RenewAsync(string project, string id, string hash, string category, string text) =>
            await gateway.GetDatabase().StringSetAsync(id, text, TimeSpan.FromDays(2));

        public override async ValueTask DisposeAsync()
        {
            foreach (var hash in owned.Values)
            {
                await gateway.GetDatabase().KeyDeleteAsync($"{hash.Category}:{hash.Hash}");
            }

            await base.DisposeAsync();
            await gateway.DisposeAsync();
        }
    }
}
