using CacheKeeper.Tiers;
using StackExchange.Redis;

namespace CacheKeeper.Tests.Tiers;

/// <summary>Keys removed over RESP: whatever they hold, whatever the user may do, and nothing that was written between its receipt and its removal.</summary>
public sealed class RedisRemovalTests(SandboxFixture sandbox)
{
    // As many as make a connection of its own worth it.
    private static readonly string[] Names = ["text", "bytes", "large", "hash", "ends", .. Enumerable.Range(0, 300).Select(number => $"{number}")];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("+@all")]
    [InlineData("+@all -exec")]
    [InlineData("+@all -multi -getrange")]
    public async Task Texts_large_ones_and_other_types_go_and_stand_on_the_receipt_once(string rights)
    {
        await WithKeysAsync(rights, async (tier, redis, project) =>
        {
            var (receipt, heads) = (new List<StoredEntry>(), await HeadsAsync(tier, project));
            var outcome = await tier.RemoveAsync(Batch(project, heads), Into(receipt), Stop);
            var ids = Names.Select(name => $"{project}:{name}").ToArray();
            Assert.Equal(ids.Order(), outcome.Removed.Order());
            Assert.Empty(outcome.Left);
            Assert.Equal(ids.Order(), receipt.Select(entry => entry.Head.Id).Order());
            Assert.Empty(await HeadsAsync(tier, project));
            await tier.RestoreAsync(new TierScope(project), receipt, RestoreMode.Exact, DateTimeOffset.UtcNow, Stop);
            Assert.Equal(heads.Select(head => (head.Id, head.Version)).Order(), (await HeadsAsync(tier, project)).Select(head => (head.Id, head.Version)).Order());
        });
    }

    [Theory]
    [InlineData("SET", "text", "other")]
    [InlineData("APPEND", "bytes", "x")]
    [InlineData("PERSIST", "ends", null)]
    [InlineData("DEL", "text", null)]
    [InlineData("HSET", "hash", "field other")]
    [InlineData("SET", "text", "other", "+@all -multi")]
    public async Task What_is_written_while_its_receipt_is_made_is_left_and_the_rest_goes(string command, string name, string? with, string rights = "+@all")
    {
        await WithKeysAsync(rights, async (tier, redis, project) =>
        {
            var heads = await HeadsAsync(tier, project);
            var outcome = await tier.RemoveAsync(
                Batch(project, heads),
                async (entries, _) =>
                {
                    if (entries.Any(entry => entry.Head.Id == $"{project}:{name}"))
                    {
                        await redis.ExecuteAsync(command, [$"{project}:{name}", .. with?.Split(' ') ?? []]);
                    }
                },
                Stop);
            Assert.Equal([$"{project}:{name}"], outcome.Left);
            Assert.Equal(command == "DEL" ? [] : [$"{project}:{name}"], (await HeadsAsync(tier, project)).Select(head => head.Id));
        });
    }

    [Fact]
    public async Task What_is_written_again_as_it_was_is_still_what_was_planned()
    {
        await WithKeysAsync("+@all", async (tier, redis, project) =>
        {
            var outcome = await tier.RemoveAsync(Batch(project, await HeadsAsync(tier, project)), async (_, _) => await redis.StringSetAsync($"{project}:text", "answer"), Stop);
            Assert.Equal(Names.Length, outcome.Removed.Count);
        });
    }

    [Fact]
    public async Task Nothing_goes_when_the_deadline_is_over_by_the_time_the_receipt_stands()
    {
        await WithKeysAsync("+@all", async (tier, redis, project) =>
        {
            var receipt = new List<StoredEntry>();
            var heads = await HeadsAsync(tier, project);
            var outcome = await tier.RemoveAsync(new RemovalBatch(new TierScope(project), heads, DateTimeOffset.UtcNow.AddSeconds(-1)), Into(receipt), Stop);
            Assert.Empty(outcome.Removed);
            Assert.Equal(Names.Length, receipt.Count);
            Assert.Equal(Names.Length, (await HeadsAsync(tier, project)).Count);
        });
    }

    private static RemovalBatch Batch(string project, IReadOnlyList<EntryHead> heads) => new(new TierScope(project), heads, DateTimeOffset.UtcNow.AddMinutes(5));

    private static ReceiptWriter Into(List<StoredEntry> receipt) => (entries, _) =>
    {
        receipt.AddRange(entries);
        return Task.CompletedTask;
    };

    private static async Task<List<EntryHead>> HeadsAsync(RedisTier tier, string project)
    {
        var heads = new List<EntryHead>();
        await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(project)), Stop))
        {
            heads.AddRange(page.Entries);
        }

        return heads;
    }

    private async Task WithKeysAsync(string rights, Func<RedisTier, IDatabase, string, Task> test)
    {
        var url = (await sandbox.StartedAsync()).Redis.Url;
        await using var gateway = await ConnectionMultiplexer.ConnectAsync(url["redis://".Length..]);
        var (redis, project) = (gateway.GetDatabase(), sandbox.NewProject());
        await redis.ExecuteAsync("ACL", ["SETUSER", project, "on", ">secret", "~*", .. rights.Split(' ')]);
        await Task.WhenAll(Names.Select(name => redis.StringSetAsync($"{project}:{name}", name)));
        await redis.StringSetAsync($"{project}:text", "answer");
        await redis.StringSetAsync($"{project}:bytes", new byte[] { 0, 0xff, 13, 10 });
        await redis.StringSetAsync($"{project}:large", new string('x', 100_000));
        await redis.KeyDeleteAsync($"{project}:hash");
        await redis.HashSetAsync($"{project}:hash", "field", "value");
        await redis.StringSetAsync($"{project}:ends", "ends", TimeSpan.FromHours(1));
        try
        {
            var client = new RespClient(url.Replace("redis://", $"redis://{project}:secret@", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
            await using var tier = new RedisTier(client, new RedisSettings { KeyPrefix = project + ":" }, project, null, TimeProvider.System);
            await test(tier, redis, project);
        }
        finally
        {
            await redis.KeyDeleteAsync([.. Names.Select(name => (StackExchange.Redis.RedisKey)$"{project}:{name}")]);
            await redis.ExecuteAsync("ACL", "DELUSER", project);
        }
    }
}
