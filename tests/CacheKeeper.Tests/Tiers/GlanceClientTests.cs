using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Tiers;
using StackExchange.Redis;

namespace CacheKeeper.Tests.Tiers;

/// <summary>What plain commands tell of keys is what the script tells, on redis-server and on Garnet, and as far as the user may ask.</summary>
public sealed class GlanceClientTests(SandboxFixture sandbox)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_redis_both_ways_tell_the_same()
    {
        var heads = await BothAsync((await sandbox.StartedAsync()).Redis.Url);
        Assert.Equal(["text", "hash", "far end"], heads.Select(head => head.Id.Split(':')[1]));
        Assert.All(heads, head => Assert.NotNull(head.Idle));
        Assert.Equal([true, false, true], heads.Select(head => head.ExpiresAt is not null));
    }

    [Fact]
    public async Task On_garnet_both_ways_tell_the_same()
    {
        await using var garnet = await RedisServer.StartGarnetAsync(0, Stop);
        Assert.Equal(3, (await BothAsync(garnet.Url)).Count);
    }

    [Theory]
    [InlineData("+memory|usage +object|idletime +pexpiretime", true, true)]
    [InlineData("+strlen +object|idletime +pexpiretime", false, true)]
    [InlineData("+memory|usage +pexpiretime", true, false)]
    [InlineData("+strlen +pexpiretime", false, false)]
    public async Task What_the_user_may_not_ask_stays_unknown_or_is_asked_otherwise(string rights, bool memory, bool idle)
    {
        await AsUserAsync(rights, async (client, key) =>
        {
            for (var time = 0; time < 2; time++)
            {
                var head = Assert.Single(await client.Begin([Head(key), Head(key + "?")], step: null, Stop).Heads);
                Assert.Equal((memory, idle), (head.Bytes > 5, head.Idle is not null));
            }
        });
    }

    [Fact]
    public async Task A_right_that_nothing_stands_in_for_is_named()
    {
        await AsUserAsync("+memory|usage +object|idletime", async (client, key) =>
        {
            var refused = await Assert.ThrowsAsync<TierException>(() => client.Begin([Head(key)], step: null, Stop).Heads);
            Assert.Contains("+pexpiretime", refused.Hint, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Without_a_pause_every_key_is_seen_once_and_a_scan_may_be_left_in_its_middle()
    {
        var url = (await sandbox.StartedAsync()).Redis.Url;
        await using var gateway = await ConnectionMultiplexer.ConnectAsync(url["redis://".Length..]);
        var (redis, project) = (gateway.GetDatabase(), sandbox.NewProject());
        var keys = Enumerable.Range(0, 700).Select(number => $"{project}:{number}").ToHashSet();
        await Task.WhenAll(keys.Select(key => redis.StringSetAsync(key, "value")));
        try
        {
            await using var tier = new RedisTier(new RespClient(url, TimeSpan.FromSeconds(20)), new RedisSettings { KeyPrefix = project + ":", ScanCount = 10, ScanPause = TimeSpan.Zero }, project, null, TimeProvider.System);
            var filter = new EntryFilter(new TierScope(project)) { GlanceOnly = true };
            await foreach (var page in tier.ScanAsync(filter, Stop))
            {
                break;
            }

            var seen = new List<string>();
            await foreach (var page in tier.ScanAsync(filter, Stop))
            {
                seen.AddRange(page.Entries.Select(entry => entry.Id));
            }

            Assert.Equal(keys.Order(), seen.Order());
        }
        finally
        {
            await redis.KeyDeleteAsync([.. keys.Select(key => (StackExchange.Redis.RedisKey)key)]);
        }
    }

    private async Task<List<EntryHead>> BothAsync(string url)
    {
        await using var gateway = await ConnectionMultiplexer.ConnectAsync(url["redis://".Length..]);
        var (redis, project) = (gateway.GetDatabase(), sandbox.NewProject());
        var keys = ((string[])["text", "hash", "far end"]).Select(name => $"{project}:{name}").ToList();
        await redis.StringSetAsync(keys[0], "answer", TimeSpan.FromHours(2));
        await redis.HashSetAsync(keys[1], "field", "value");
        await redis.StringSetAsync(keys[2], "x");
        await redis.ExecuteAsync("PEXPIREAT", keys[2], "253402300799000");
        await using var resp = new RespClient(url, TimeSpan.FromSeconds(20));
        await using var pipe = (await resp.OpenPipeAsync(Stop))!;
        EntryHead[] heads = [.. keys.Select(Head), Head(project + ":never was")];
        try
        {
            object[] step = ["SCAN", "0", "COUNT", 10];
            var (byPipe, next) = new PipeGlanceClient(pipe).Begin(heads, step, Stop);
            var (byScript, _) = new ScriptGlanceClient(new RedisCommandClient(resp)).Begin(heads, step, Stop);
            Assert.Equal(2, (await next!).Items!.Count);
            Assert.Equal((await byScript).Select(WithoutIdle), (await byPipe).Select(WithoutIdle));
            return await byPipe;
        }
        finally
        {
            await redis.KeyDeleteAsync([.. keys.Select(key => (StackExchange.Redis.RedisKey)key)]);
        }
    }

    private async Task AsUserAsync(string rights, Func<PipeGlanceClient, string, Task> glance)
    {
        var url = (await sandbox.StartedAsync()).Redis.Url;
        await using var gateway = await ConnectionMultiplexer.ConnectAsync(url["redis://".Length..]);
        var (redis, project) = (gateway.GetDatabase(), sandbox.NewProject());
        await redis.ExecuteAsync("ACL", ["SETUSER", project, "on", ">secret", "~*", "-@all", .. rights.Split(' ')]);
        await redis.StringSetAsync(project, "value");
        try
        {
            await using var pipe = await RespPipeClient.OpenAsync(RedisAddress.Parse(url.Replace("redis://", $"redis://{project}:secret@", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), new TierMeter(), Stop);
            await glance(new PipeGlanceClient(pipe), project);
        }
        finally
        {
            await redis.KeyDeleteAsync(project);
            await redis.ExecuteAsync("ACL", "DELUSER", project);
        }
    }

    private static EntryHead Head(string id) => new(TierName.Upstash, id, "");

    private static EntryHead WithoutIdle(EntryHead head) => head with { Idle = null };
}
