using CacheKeeper.Backup.Copies;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using StackExchange.Redis;

namespace CacheKeeper.Tests.Tiers;

/// <summary>A key is written over only what was seen under it, for every type, on a server that tells types by DUMP and on one that does not.</summary>
public sealed class RedisPutTests(SandboxFixture sandbox)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_redis() => await OverWhatWasSeenAsync((await sandbox.StartedAsync()).Redis.Url);

    [Fact]
    public async Task On_garnet()
    {
        await using var garnet = await RedisServer.StartGarnetAsync(0, Stop);
        await OverWhatWasSeenAsync(garnet.Url);
    }

    private async Task OverWhatWasSeenAsync(string url)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(url["redis://".Length..]);
        var redis = connection.GetDatabase();
        var (project, settings) = (sandbox.NewProject(), new RedisSettings { RedisUrl = new Secret { Text = url } });
        settings = settings with { KeyPrefix = project + ":" };
        await using var tier = new RedisTier(new RespClient(url, settings.Timeout), settings, project, null, TimeProvider.System);
        (string Key, Func<string, Task> Write)[] types =
        [
            ("text", key => redis.StringSetAsync(key, "a b")),
            ("bytes", key => redis.StringSetAsync(key, new byte[] { 0, 255, 10 })),
            ("hash", key => redis.HashSetAsync(key, [new("B", 1), new("a\t", "\n"), new("b", "")])),
            ("list", key => redis.ListRightPushAsync(key, ["b", "a", "B"])),
            ("set", key => redis.SetAddAsync(key, ["b", "a", "B", "_"])),
            ("zset", key => redis.SortedSetAddAsync(key, [new("b", 1.5), new("a", -2)])),
        ];
        foreach (var (name, write) in types)
        {
            var key = $"{project}:{name}";
            await write(key);
            var stands = await ReadAsync(tier, project, key);
            var text = new StoredEntry(stands.Head with { ExpiresAt = null }, "string", "restored"u8.ToArray());
            Assert.Equal([], await PutAsync(tier, text, RedisDigest.Nothing));
            await redis.KeyRenameAsync(key, key + "-aside");
            Assert.Equal([], await PutAsync(tier, text, RedisTypedStore.DigestOf(stands)));
            await redis.StringSetAsync(key, "another");
            Assert.Equal([], await PutAsync(tier, text, RedisTypedStore.DigestOf(stands)));
            await redis.KeyDeleteAsync(key);
            await redis.KeyRenameAsync(key + "-aside", key);
            Assert.Equal([key], await PutAsync(tier, text, RedisTypedStore.DigestOf(stands)));
            Assert.Equal("restored", await redis.StringGetAsync(key));
            await redis.KeyDeleteAsync(key);
            Assert.Equal([key], await PutAsync(tier, text, RedisDigest.Nothing));
            Assert.Equal([key], await PutAsync(tier, text, RedisDigest.Anything));
            await redis.KeyDeleteAsync(key);
        }
    }

    // Element by element, as servers without DUMP are copied; a sorted set's answer is nested where the connection speaks RESP 3.
    [Fact]
    public async Task Elements_come_back_as_they_were()
    {
        await using var garnet = await RedisServer.StartGarnetAsync(0, Stop);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(garnet.Url["redis://".Length..]);
        var redis = connection.GetDatabase();
        var settings = new RedisSettings { RedisUrl = new Secret { Text = garnet.Url } };
        await using var tier = new RedisTier(new RespClient(garnet.Url, settings.Timeout), settings, "p", null, TimeProvider.System);
        await redis.SortedSetAddAsync("scores", [new("b", 1.5), new("a\t", -2)]);
        var typed = new RedisTypedStore(tier, "p");
        var (entry, _) = await typed.ReadAsync(new EntryHead(TierName.Upstash, "scores", ""), Stop);
        await redis.KeyDeleteAsync("scores");
        Assert.True(await typed.WriteAsync(new RedisPut(entry!, RedisDigest.Nothing), Stop));
        Assert.Equal([new("a\t", -2), new("b", 1.5)], await redis.SortedSetRangeByRankWithScoresAsync("scores"));
        Assert.False(await typed.WriteAsync(new RedisPut(entry!, RedisDigest.Nothing), Stop));
    }

    private static async Task<StoredEntry> ReadAsync(RedisTier tier, string project, string key)
    {
        var head = new EntryHead(TierName.Upstash, key, "");
        return (await tier.ReadAsync(new TierScope(project), [head], Stop)).SingleOrDefault() ?? (await new RedisTypedStore(tier, project).ReadAsync(head, Stop)).Entry!;
    }

    private static async Task<IReadOnlyList<string>> PutAsync(RedisTier tier, StoredEntry entry, string over) => (await tier.PutAsync([new RedisPut(entry, over)], DateTimeOffset.UtcNow, Stop)).Restored;
}
