using System.Net;
using System.Net.Sockets;
using System.Text;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Tiers;
using StackExchange.Redis;
using RedisKey = CacheKeeper.Tiers.RedisKey;

namespace CacheKeeper.Tests.Tiers;

/// <summary>Keys with their values read over a connection of its own are what a script reads: every type, any bytes, gone or ending, on redis-server and on Garnet.</summary>
public sealed class PageClientTests(SandboxFixture sandbox)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_redis_both_ways_read_the_same()
    {
        var read = await BothAsync((await sandbox.StartedAsync()).Redis.Url);
        Assert.Equal(read.ByScript.Values, read.ByPipe.Values);
        Assert.Equal(read.ByScript.Unread, read.ByPipe.Unread);
        Assert.Empty(read.ByPipe.Unread);
        Assert.Equal(14, read.ByPipe.Values.Count);
    }

    [Fact]
    public async Task On_garnet_both_ways_read_the_same()
    {
        await using var garnet = await RedisServer.StartGarnetAsync(0, Stop);
        var read = await BothAsync(garnet.Url);
        Assert.Equal(read.ByScript.Values, read.ByPipe.Values);
        Assert.Equal(read.ByScript.Unread, read.ByPipe.Unread);
    }

    [Theory]
    [InlineData("+get +dump +eval +pexpiretime")]
    [InlineData("+multi +getrange +get +dump +eval +pexpiretime")]
    [InlineData("+exec +getrange +get +dump +eval +pexpiretime")]
    [InlineData("+multi +exec +get +dump +eval +pexpiretime")]
    public async Task A_user_who_may_run_no_whole_transaction_is_read_by_script(string rights)
    {
        await AsUserAsync(rights, async (client, project) =>
        {
            for (var time = 0; time < 2; time++)
            {
                using var page = await client.ReadAsync([Head(project + ":a"), Head(project + ":b"), Head(project + ":c")], Stop);
                Assert.Equal([(project + ":a", "string"), (project + ":b", "dump")], page.Values.Select(value => (value.Head.Id, value.Kind)));
            }
        });
    }

    [Theory]
    [InlineData("+multi +getrange +pexpiretime", "+eval")]
    [InlineData("+multi +getrange +eval +dump +pexpiretime", "+get")]
    [InlineData("+multi +getrange +eval +get +pexpiretime", "+dump")]
    [InlineData("+multi +getrange +eval +get +dump", "also those that scripts call")]
    public async Task A_right_that_is_missing_is_named_with_what_to_do(string rights, string advice)
    {
        await AsUserAsync(rights, async (client, project) =>
        {
            var refused = await Assert.ThrowsAsync<TierException>(() => client.ReadAsync([Head(project + ":a"), Head(project + ":b")], Stop));
            Assert.Contains(advice, refused.Hint, StringComparison.Ordinal);
            Assert.Contains("packaging/redis-users.acl", refused.Hint, StringComparison.Ordinal);
        });
    }

    // As a server does that does not give up a transaction whose EXEC it refuses.
    [Fact]
    public async Task A_transaction_that_stays_open_is_told_as_the_right_that_is_missing()
    {
        await using var server = new AnsweringServer("-ERR unknown command\r\n", "-ERR unknown command\r\n", "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "-NOPERM this user has no permissions to run the 'exec' command\r\n", "+QUEUED\r\n");
        await using var pipe = await RespPipeClient.OpenAsync(new RedisAddress("127.0.0.1", server.Port, Encrypted: false, null, null), TimeSpan.FromSeconds(20), new TierMeter(), Stop);
        var refused = await Assert.ThrowsAsync<TierException>(() => new PipePageClient(pipe).ReadAsync([Head("a")], Stop));
        Assert.Contains("MULTI", refused.Cause, StringComparison.Ordinal);
        Assert.Contains("+exec", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_refused_is_told()
    {
        var address = RedisAddress.Parse((await sandbox.StartedAsync()).Redis.Url) with { User = "nobody", Password = "wrong" };
        var refused = await Assert.ThrowsAsync<TierException>(() => RespPipeClient.OpenAsync(address, TimeSpan.FromSeconds(20), new TierMeter(), Stop));
        Assert.True(refused.CredentialsRejected);
    }

    [Fact]
    public async Task A_connection_that_breaks_off_in_an_answer_ends_every_question_that_waits()
    {
        await using var server = new AnsweringServer("-ERR unknown command\r\n", "-ERR unknown command\r\n", "+PONG\r\n$9\r\nhal");
        await using var pipe = await RespPipeClient.OpenAsync(new RedisAddress("127.0.0.1", server.Port, Encrypted: false, null, null), TimeSpan.FromSeconds(20), new TierMeter(), Stop);
        var (first, second, third) = (pipe.AskAsync(["PING"], Stop), pipe.AskAsync(["PING"], Stop), pipe.AskAsync(["PING"], Stop));
        Assert.Equal("PONG", (await first).Text);
        Assert.True((await Assert.ThrowsAsync<TierException>(() => second)).Transient);
        await Assert.ThrowsAsync<TierException>(() => third);
    }

    private async Task<(Told ByPipe, Told ByScript)> BothAsync(string url)
    {
        await using var gateway = await ConnectionMultiplexer.ConnectAsync(url["redis://".Length..]);
        var (redis, project) = (gateway.GetDatabase(), sandbox.NewProject());
        var keys = await FillAsync(redis, project);
        await using var resp = new RespClient(url, TimeSpan.FromSeconds(20));
        await using var pipe = (await resp.OpenPipeAsync(Stop))!;
        EntryHead[] heads = [.. keys.Select(key => Head(RedisKey.ToId(key))), Head(project + ":never was")];
        try
        {
            using var byPipe = await new PipePageClient(pipe).ReadAsync(heads, Stop);
            using var byScript = await new ScriptPageClient(new RedisCommandClient(resp)).ReadAsync(heads, Stop);
            return (new Told(byPipe), new Told(byScript));
        }
        finally
        {
            await redis.KeyDeleteAsync([.. keys.Select(key => (StackExchange.Redis.RedisKey)key)]);
        }
    }

    private static async Task<List<byte[]>> FillAsync(IDatabase redis, string project)
    {
        var keys = new List<byte[]>();
        byte[] Key(string name)
        {
            keys.Add(Encoding.Latin1.GetBytes($"{project}:{name}"));
            return keys[^1];
        }

        await redis.StringSetAsync(Key("text"), "answer \0\t\r\n*3\r\n\\ 🧨", TimeSpan.FromHours(2));
        await redis.StringSetAsync(Key("empty"), "");
        await redis.StringSetAsync(Key("number"), 12345);
        await redis.StringSetAsync(Key("bytes"), new byte[] { 0xff, 0xfe, 0, 13, 10 });
        await redis.StringSetAsync(Key("key \r\n\0"), "k");
        await redis.StringSetAsync(Key("key \u00ff\u00fe"), "no UTF-8");
        await redis.StringSetAsync(Key("just short"), new string('x', TransactionReply.MostBytes - 1));
        await redis.StringSetAsync(Key("just long"), new string('x', TransactionReply.MostBytes), TimeSpan.FromHours(3));
        await redis.StringSetAsync(Key("long"), new string('x', 5 << 20));
        await redis.HashSetAsync(Key("hash"), "field\t", "value\n");
        await redis.ListRightPushAsync(Key("list"), ["one", "two"]);
        await redis.SetAddAsync(Key("set"), ["a", "b"]);
        await redis.SortedSetAddAsync(Key("zset"), "member", 1.5);
        await redis.KeyExpireAsync(keys[^1], TimeSpan.FromHours(1));
        await redis.StringSetAsync(Key("far end"), "x");
        await redis.ExecuteAsync("PEXPIREAT", keys[^1], "253402300799000");
        await redis.StringSetAsync(Key("gone"), "x");
        await redis.KeyDeleteAsync(keys[^1]);
        return keys;
    }

    // A text, a hash and a key that never was, read by a user with SCAN and these rights.
    private async Task AsUserAsync(string rights, Func<PipePageClient, string, Task> read)
    {
        var host = await sandbox.StartedAsync();
        await using var gateway = await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..]);
        var (redis, project) = (gateway.GetDatabase(), sandbox.NewProject());
        await redis.ExecuteAsync("ACL", ["SETUSER", project, "on", ">secret", "~*", "-@all", "+scan", .. rights.Split(' ')]);
        await redis.StringSetAsync(project + ":a", "1");
        await redis.HashSetAsync(project + ":b", "field", "value");
        try
        {
            await using var pipe = await RespPipeClient.OpenAsync(RedisAddress.Parse(host.Redis.Url.Replace("redis://", $"redis://{project}:secret@", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), new TierMeter(), Stop);
            await read(new PipePageClient(pipe), project);
        }
        finally
        {
            await redis.KeyDeleteAsync([project + ":a", project + ":b"]);
            await redis.ExecuteAsync("ACL", "DELUSER", project);
        }
    }

    private static EntryHead Head(string id) => new(TierName.Upstash, id, "");

    // In the order of the keys: which way a key was read does not matter.
    private sealed class Told(RedisPage page)
    {
        public List<string> Values { get; } = [.. page.Values.Select(value => $"{value.Head.Id} {value.Kind} {value.Ends} {Convert.ToHexString(value.Content.Span)}").Order(StringComparer.Ordinal)];

        public List<string> Unread { get; } = [.. page.Unread.Select(head => head.Id).Order(StringComparer.Ordinal)];
    }

    // Gives one answer for each command, and goes away with the last.
    private sealed class AnsweringServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly string[] _answers;
        private readonly Task _serving;

        public AnsweringServer(params string[] answers)
        {
            _answers = answers;
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            await _serving;
            _listener.Dispose();
        }

        private async Task ServeAsync()
        {
            using var connection = await _listener.AcceptTcpClientAsync(Stop);
            await using var stream = connection.GetStream();
            var (buffer, asked) = (new byte[4096], 0);
            while (asked < _answers.Length)
            {
                var read = Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Stop));
                for (var at = read.IndexOf('*', StringComparison.Ordinal); at >= 0 && asked < _answers.Length; at = read.IndexOf('*', at + 1))
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(_answers[asked++]), Stop);
                }
            }
        }
    }
}
