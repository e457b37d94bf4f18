using System.Text;

namespace CacheKeeper.Tests.Sandbox.Upstash;

/// <summary>The front's corners on redis-server, and those Garnet has no commands for.</summary>
public sealed class FrontOnRedisServerTests(RedisServerFixture front) : FrontTests(front), IClassFixture<RedisServerFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_subscription_speaks_in_data_lines_and_ends_with_its_request()
    {
        var channel = Front.Key("chat");
        using var limit = new CancellationTokenSource(Limit);
        using (var stream = await OpenAsync("/subscribe/" + channel, limit.Token))
        {
            Assert.Equal($"data: subscribe,{channel},1", await NextAsync(stream, limit.Token));
            Assert.Equal("1", (await Front.CommandAsync("publish", channel, "hello, \"you\"")).Result);
            Assert.Equal($"data: message,{channel},hello, \"you\"", await NextAsync(stream, limit.Token));
        }

        await UntilAsync(async () => (await Front.CommandAsync("pubsub", "numsub", channel)).Result == $"[\"{channel}\",0]", limit.Token);
    }

    [Fact]
    public async Task A_pattern_subscription_names_pattern_channel_and_payload()
    {
        var channel = Front.Key("news");
        using var limit = new CancellationTokenSource(Limit);
        using var stream = await OpenAsync($"/psubscribe/{channel}*", limit.Token);
        Assert.Equal($"data: psubscribe,{channel}*,1", await NextAsync(stream, limit.Token));
        await Front.CommandAsync("publish", channel + ".a", "1,2");
        Assert.Equal($"data: pmessage,{channel}*,{channel}.a,1,2", await NextAsync(stream, limit.Token));
    }

    [Fact]
    public async Task Monitor_shows_commands_without_the_callers_address()
    {
        var key = Front.Key("watched");
        using var limit = new CancellationTokenSource(Limit);
        using var stream = await OpenAsync("/monitor", limit.Token);
        Assert.Equal("data: \"OK\"", await NextAsync(stream, limit.Token));
        await Front.CommandAsync("get", key);
        string line;
        do
        {
            line = await NextAsync(stream, limit.Token);
        }
        while (!line.Contains(key, StringComparison.Ordinal));
        Assert.Matches($"""^data: \d+\.\d+ \[0 0\.0\.0\.0:0\] "get" "{key}"$""", line);
    }

    [Fact]
    public async Task A_stream_event_ends_with_an_empty_line()
    {
        using var limit = new CancellationTokenSource(Limit);
        using var stream = await OpenAsync("/subscribe/" + Front.Key("c"), limit.Token);
        await stream.ReadLineAsync(limit.Token);
        Assert.Equal("", await stream.ReadLineAsync(limit.Token));
    }

    [Fact]
    public async Task Keyspace_events_can_be_turned_on_and_read_back()
    {
        Assert.Equal("\"OK\"", (await Front.CommandAsync("config", "set", "notify-keyspace-events", "Ex")).Result);
        Assert.Equal("""["notify-keyspace-events","xE"]""", (await Front.CommandAsync("config", "get", "notify-keyspace-events")).Result);
    }

    [Fact]
    public async Task Info_has_upstashs_sections_and_a_bare_heading_for_the_others()
    {
        var all = (await Front.CommandAsync("info")).Json.GetProperty("result").GetString()!;
        Assert.Contains("redis_version:", all, StringComparison.Ordinal);
        Assert.Contains("keyspace_hits:", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Persistence", all, StringComparison.Ordinal);
        Assert.Equal("# Persistence\r\n", (await Front.CommandAsync("info", "persistence")).Json.GetProperty("result").GetString());
        var memory = (await Front.GetAsync("/info/memory")).Json.GetProperty("result").GetString()!;
        Assert.StartsWith("# Memory\r\nused_memory:", memory, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_survives_dump_and_restore_through_base64_and_a_path()
    {
        var key = Front.Key();
        await Front.CommandAsync("hset", key, "f", "v");
        var dump = (await Front.PostAsync("/", $"""["DUMP","{key}"]""", ("Upstash-Encoding", "base64"))).Json.GetProperty("result").GetBytesFromBase64();
        var restored = await Front.SendAsync(HttpMethod.Post, $"/restore/{key}:copy/0", dump);
        Assert.Equal("\"OK\"", restored.Result);
        Assert.Equal("\"v\"", (await Front.CommandAsync("hget", key + ":copy", "f")).Result);
    }

    [Fact]
    public async Task A_broken_byte_in_a_path_stays_that_byte()
    {
        var key = Front.Key();
        await Front.GetAsync($"/set/{key}%FF/v");
        Assert.Equal("1", (await Front.GetAsync($"/exists/{key}%ff")).Result);
        Assert.Equal("0", (await Front.GetAsync($"/exists/{key}%EF%BF%BD")).Result);
    }

    [Fact]
    public async Task The_status_ok_stays_plain_inside_an_array_and_the_string_ok_does_not()
    {
        var reply = await Front.PostAsync("/", """["EVAL","return {redis.status_reply('OK'),'OK'}",0]""", ("Upstash-Encoding", "base64"));
        Assert.Equal("""["OK","T0s="]""", reply.Result);
    }

    [Fact]
    public async Task A_script_on_a_full_database_reads_and_removes_but_does_not_write()
    {
        var key = Front.Key();
        await Front.CommandAsync("set", key, "v");
        Front.Front.Full = true;
        try
        {
            Assert.Equal("ERR DB capacity quota exceeded", (await Front.CommandAsync("eval", "return redis.call('SET', KEYS[1], 'w')", 1, key)).Error);
            Assert.Equal("\"v\"", (await Front.CommandAsync("eval", "return redis.call('GET', KEYS[1])", 1, key)).Result);
            var batch = await Front.PostAsync("/pipeline", $"""[["EVAL","return redis.call('UNLINK', KEYS[1])",1,"{key}"],["EXISTS","{key}"]]""");
            Assert.Equal("""[{"result":1},{"result":0}]""", batch.Text);
        }
        finally
        {
            Front.Front.Full = false;
        }

        Assert.Equal("\"OK\"", (await Front.CommandAsync("eval", "return redis.call('SET', KEYS[1], 'w')", 1, key)).Result);
    }

    private async Task<StreamReader> OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Front.Front.Url + path) { Content = new StringContent("[]") };
        request.Headers.Add("Accept", "text/event-stream");
        request.Headers.Add("Authorization", "Bearer " + FrontFixture.Token);
        var response = await Front.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
    }

    private static async Task<string> NextAsync(StreamReader stream, CancellationToken cancellationToken)
    {
        string? line;
        do
        {
            line = await stream.ReadLineAsync(cancellationToken);
        }
        while (line is { Length: 0 });
        return line ?? throw new EndOfStreamException("The stream ended.");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        while (!await condition())
        {
            await Task.Delay(10, cancellationToken);
        }
    }
}
