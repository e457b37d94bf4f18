using System.Text;

namespace CacheKeeper.Tests.Sandbox.Upstash;

/// <summary>The corners of Upstash's REST service that its own client never touches, as raw HTTP; the same on either server.</summary>
public abstract class FrontTests
{
    private protected FrontTests(FrontFixture front)
    {
        Front = front;
        Assert.SkipWhen(front.Absent is not null, front.Absent ?? "");
    }

    private protected FrontFixture Front { get; }

    [Fact]
    public async Task A_path_is_a_command_in_any_case_with_its_arguments_decoded()
    {
        var key = Front.Key("a/b c");
        var escaped = Uri.EscapeDataString(key);
        Assert.Equal("\"OK\"", (await Front.GetAsync($"/sEt/{escaped}/x%2Fy%20z+%C3%A9")).Result);
        Assert.Equal("\"x/y z+é\"", (await Front.GetAsync($"/GET/{escaped}")).Result);
        Assert.Equal("\"x/y z+é\"", (await Front.CommandAsync("get", key)).Result);
    }

    [Fact]
    public async Task An_empty_segment_is_an_empty_argument()
    {
        var key = Front.Key();
        await Front.GetAsync($"/set/{key}/");
        Assert.Equal("\"\"", (await Front.GetAsync($"/get/{key}")).Result);
    }

    [Fact]
    public async Task A_body_is_the_last_argument_and_query_parameters_follow_it()
    {
        var key = Front.Key();
        byte[] value = [0, 255, 10, 13, 34, 92];
        var set = await Front.SendAsync(HttpMethod.Post, $"/set/{key}?EX=100&NX&_token=ignored", value);
        Assert.Equal("\"OK\"", set.Result);
        Assert.Equal($"\"{Convert.ToBase64String(value)}\"", (await Front.GetAsync($"/get/{key}", ("Upstash-Encoding", "base64"))).Result);
        Assert.InRange(int.Parse((await Front.GetAsync($"/ttl/{key}")).Result, null), 98, 100);
        Assert.Equal("null", (await Front.SendAsync(HttpMethod.Post, $"/set/{key}?NX", value)).Result);
    }

    [Fact]
    public async Task An_array_is_a_command_and_numbers_and_booleans_become_text()
    {
        var key = Front.Key();
        Assert.Equal("\"OK\"", (await Front.PostAsync("/", $"""["SET","{key}",9007199254740993,"EX",100]""")).Result);
        Assert.Equal("\"9007199254740993\"", (await Front.PostAsync("/", $"""["GET","{key}"]""")).Result);
        Assert.Equal("9007199254740994", (await Front.PostAsync("/", $"""["INCR","{key}"]""")).Result);
        await Front.PostAsync("/", $"""["SET","{key}",true]""");
        Assert.Equal("\"true\"", (await Front.CommandAsync("get", key)).Result);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("[\"GET\",null]")]
    [InlineData("[\"GET\",[\"x\"]]")]
    [InlineData("[\"GET\",\"x\"] trailing")]
    [InlineData("[]")]
    [InlineData("\"GET\"")]
    public async Task A_malformed_command_is_a_400_with_a_json_error(string body)
    {
        var reply = await Front.PostAsync("/", body);
        Assert.Equal((400, "application/json"), (reply.Status, reply.MediaType));
        Assert.StartsWith("ERR ", reply.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", 200)]
    [InlineData("HEAD", 200)]
    [InlineData("DELETE", 405)]
    [InlineData("PATCH", 405)]
    [InlineData("OPTIONS", 405)]
    public async Task Only_four_methods_are_taken(string method, int status)
    {
        var reply = await Front.SendAsync(new HttpMethod(method), "/ping", null);
        Assert.Equal(status, reply.Status);
        Assert.Equal("application/json", reply.MediaType);
        Assert.Equal(method == "HEAD", reply.Bytes.Length == 0);
    }

    [Theory]
    [InlineData("", "/get/x")]
    [InlineData("Bearer wrong", "/get/x")]
    [InlineData("Bearer ", "/get/x")]
    [InlineData("Basic c3RhbmRhcmQtdG9rZW4=", "/get/x")]
    [InlineData("Bearer wrong", "/get/x?_token=standard-token")]
    [InlineData("", "/get/x?_token=wrong")]
    public async Task A_wrong_or_missing_token_is_a_401_with_a_json_error(string authorization, string path)
    {
        var reply = await Front.GetAsync(path, ("Authorization", authorization));
        Assert.Equal((401, "WRONGPASS invalid or missing auth token"), (reply.Status, reply.Error));
    }

    [Fact]
    public async Task The_token_may_stand_in_the_query()
    {
        var key = Front.Key();
        Assert.Equal("\"OK\"", (await Front.GetAsync($"/set/{key}/v?_token=standard-token&EX=50", ("Authorization", ""))).Result);
        Assert.Equal("\"v\"", (await Front.GetAsync($"/get/{key}?_token=read-only-token", ("Authorization", ""))).Result);
    }

    [Theory]
    [InlineData("""["SET","k","v"]""", "set")]
    [InlineData("""["SCAN","0"]""", "scan")]
    [InlineData("""["KEYS","*"]""", "keys")]
    [InlineData("""["INFO"]""", "info")]
    [InlineData("""["EVAL","return 1","0"]""", "eval")]
    [InlineData("""["FLUSHALL"]""", "flushall")]
    public async Task The_read_only_token_only_reads(string command, string name)
    {
        var reply = await Front.PostAsync("/", command, ("Authorization", "Bearer read-only-token"));
        Assert.Equal((400, $"NOPERM this user has no permissions to run the '{name}' command or its subcommand"), (reply.Status, reply.Error));
        Assert.Equal(200, (await Front.PostAsync("/", """["GET","k"]""", ("Authorization", "Bearer read-only-token"))).Status);
    }

    [Fact]
    public async Task The_read_only_token_opens_no_stream_and_none_of_the_sandbox()
    {
        Assert.Equal(400, (await Front.PostAsync("/monitor", "", ("Authorization", "Bearer read-only-token"))).Status);
        Assert.Equal(401, (await Front.GetAsync("/sandbox/usage", ("Authorization", "Bearer read-only-token"))).Status);
    }

    [Fact]
    public async Task A_pipeline_answers_in_order_and_one_failing_command_fails_alone()
    {
        var key = Front.Key();
        var reply = await Front.PostAsync("/pipeline", $"""
            [["SET","{key}","text"],["INCR","{key}"],["OBJECT","ENCODING","{key}"],["STRLEN"],[],["GET","{key}"],["GET","absent"]]
            """);
        Assert.Equal(200, reply.Status);
        var items = reply.Json.EnumerateArray().ToArray();
        Assert.Equal("OK", items[0].GetProperty("result").GetString());
        Assert.Contains("integer", items[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("Command is not available: 'OBJECT'", items[2].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("wrong number of arguments", items[3].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("ERR empty command", items[4].GetProperty("error").GetString());
        Assert.Equal("text", items[5].GetProperty("result").GetString());
        Assert.Equal("""{"result":null}""", items[6].GetRawText());
    }

    [Theory]
    [InlineData("/pipeline", "[]")]
    [InlineData("/pipeline", "[\"GET\",\"x\"]")]
    [InlineData("/pipeline", "not json")]
    [InlineData("/multi-exec", "[]")]
    [InlineData("/multi-exec", "{}")]
    public async Task A_malformed_batch_is_one_error(string path, string body)
    {
        var reply = await Front.PostAsync(path, body);
        Assert.Equal(400, reply.Status);
        Assert.StartsWith("ERR ", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_keeps_its_other_results_when_one_command_fails_at_run_time()
    {
        var key = Front.Key();
        var reply = await Front.PostAsync("/multi-exec", $"""[["SET","{key}","text"],["LPUSH","{key}","x"],["MGET","{key}","absent"],["COMMAND"],["EXISTS","{key}"]]""");
        Assert.Equal(200, reply.Status);
        var items = reply.Json.EnumerateArray().ToArray();
        Assert.Equal("OK", items[0].GetProperty("result").GetString());
        Assert.StartsWith("WRONGTYPE", items[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("""["text",null]""", items[2].GetProperty("result").GetRawText());
        Assert.Equal("[]", items[3].GetProperty("result").GetRawText());
        Assert.Equal("1", items[4].GetProperty("result").GetRawText());
    }

    [Theory]
    [InlineData("""["SET"]""")]
    [InlineData("""["OBJECT","ENCODING","x"]""")]
    [InlineData("""["WATCH","x"]""")]
    public async Task A_transaction_that_cannot_be_queued_is_discarded_whole(string bad)
    {
        var key = Front.Key();
        var reply = await Front.PostAsync("/multi-exec", $"""[["SET","{key}","v"],{bad}]""");
        Assert.Equal(400, reply.Status);
        Assert.StartsWith("EXECABORT", reply.Error, StringComparison.Ordinal);
        Assert.Equal("null", (await Front.CommandAsync("get", key)).Result);
    }

    [Fact]
    public async Task Base64_reaches_every_string_at_any_depth_but_the_status_ok()
    {
        var key = Front.Key();
        var reply = await Front.PostAsync(
            "/pipeline",
            $$"""
            [["SET","{{key}}","OK"],["GET","{{key}}"],["PING"],["TYPE","{{key}}"],["INCR","{{key}}"],
             ["EVAL","return {'a',{'b',{7,false} } }","0"],["MGET","{{key}}","absent"]]
            """,
            ("Upstash-Encoding", "base64"));
        var items = reply.Json.EnumerateArray().ToArray();
        Assert.Equal("OK", items[0].GetProperty("result").GetString());
        Assert.Equal("T0s=", items[1].GetProperty("result").GetString());
        Assert.Equal(Encode("PONG"), items[2].GetProperty("result").GetString());
        Assert.Equal(Encode("string"), items[3].GetProperty("result").GetString());
        Assert.StartsWith("ERR", items[4].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("""["YQ==",["Yg==",[7,null]]]""", items[5].GetProperty("result").GetRawText());
        Assert.Equal("""["T0s=",null]""", items[6].GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task A_scan_cursor_is_text_and_base64_too()
    {
        await Front.CommandAsync("set", Front.Key(), "v");
        var plain = (await Front.CommandAsync("scan", 0, "count", 100000)).Json.GetProperty("result");
        Assert.Equal("0", plain[0].GetString());
        var encoded = (await Front.PostAsync("/", """["scan","0","count","100000"]""", ("Upstash-Encoding", "base64"))).Json.GetProperty("result");
        Assert.Equal(Encode("0"), encoded[0].GetString());
    }

    [Fact]
    public async Task Invalid_utf8_becomes_the_replacement_character_without_base64()
    {
        var key = Front.Key();
        await Front.SendAsync(HttpMethod.Post, $"/set/{key}", [(byte)'a', 0xFF, (byte)'b']);
        Assert.Equal("a\uFFFDb", (await Front.CommandAsync("get", key)).Json.GetProperty("result").GetString());
    }

    [Fact]
    public async Task Half_a_surrogate_in_a_command_becomes_the_replacement_character()
    {
        var key = Front.Key();
        await Front.PostAsync("/", $$"""["SET","{{key}}","a\ud800b\n\u00e9\ud83d\ude00"]""");
        Assert.Equal("a\uFFFDb\né😀", (await Front.CommandAsync("get", key)).Json.GetProperty("result").GetString());
    }

    [Fact]
    public async Task A_zero_byte_goes_through_an_array_and_not_through_a_path()
    {
        var key = Front.Key();
        Assert.Equal("\"OK\"", (await Front.PostAsync("/", $$"""["SET","{{key}}\u0000x","a\u0000b"]""")).Result);
        Assert.Equal("a\0b", (await Front.CommandAsync("get", key + "\0x")).Json.GetProperty("result").GetString());
        Assert.Equal(400, (await Front.GetAsync($"/get/{key}%00x")).Status);
    }

    [Fact]
    public async Task Integers_beyond_2_to_the_53_stay_exact()
    {
        var key = Front.Key();
        await Front.CommandAsync("set", key, "9223372036854775806");
        Assert.Equal("""{"result":9223372036854775807}""", (await Front.CommandAsync("incr", key)).Text);
    }

    [Fact]
    public async Task Resp2_brings_the_raw_bytes()
    {
        var key = Front.Key();
        var set = await Front.PostAsync("/", $"""["SET","{key}","é"]""", ("Upstash-Response-Format", "resp2"));
        Assert.Equal((200, "application/octet-stream", "+OK\r\n"), (set.Status, set.MediaType, set.Text));
        Assert.Equal("$2\r\né\r\n", (await Front.GetAsync($"/get/{key}", ("Upstash-Response-Format", "RESP2"))).Text);
        var error = await Front.GetAsync($"/incr/{key}", ("Upstash-Response-Format", "resp2"));
        Assert.Equal(400, error.Status);
        Assert.StartsWith("-ERR", error.Text, StringComparison.Ordinal);
        var batch = await Front.PostAsync("/pipeline", $"""[["GET","{key}"],["GET","absent"]]""", ("Upstash-Response-Format", "resp2"));
        Assert.Equal("*2\r\n$2\r\né\r\n$-1\r\n", batch.Text);
    }

    [Fact]
    public async Task Resp2_does_not_go_with_base64_nor_reach_transactions()
    {
        Assert.Equal(400, (await Front.GetAsync("/ping", ("Upstash-Response-Format", "resp2"), ("Upstash-Encoding", "base64"))).Status);
        Assert.Equal(400, (await Front.GetAsync("/ping", ("Upstash-Response-Format", "resp3"))).Status);
        Assert.Equal(200, (await Front.GetAsync("/ping", ("Upstash-Response-Format", "json"))).Status);
        var transaction = await Front.PostAsync("/multi-exec", """[["PING"]]""", ("Upstash-Response-Format", "resp2"));
        Assert.Equal("""[{"result":"PONG"}]""", transaction.Text);
    }

    [Fact]
    public async Task Every_answer_carries_a_sync_token_and_takes_one_back()
    {
        var first = await Front.GetAsync("/ping", ("upstash-sync-token", ""));
        var second = await Front.GetAsync("/ping", ("upstash-sync-token", first.Headers["upstash-sync-token"]));
        Assert.NotEqual(first.Headers["upstash-sync-token"], second.Headers["upstash-sync-token"]);
        Assert.True((await Front.GetAsync("/ping", ("Authorization", ""))).Headers.ContainsKey("upstash-sync-token"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/pipeline")]
    [InlineData("/multi-exec")]
    public async Task A_request_beyond_the_limit_is_refused(string path)
    {
        var reply = await Front.SendAsync(HttpMethod.Post, path, new byte[FrontFixture.MaxRequestBytes + 1]);
        Assert.Equal(400, reply.Status);
        Assert.StartsWith("ERR max request size exceeded", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_beyond_32_kilobytes_is_refused_wherever_it_stands()
    {
        var key = new string('k', (32 * 1024) + 1);
        Assert.Equal("ERR max key size exceeded. Limit: 32768 bytes, Actual: 32769 bytes", (await Front.CommandAsync("get", key)).Error);
        Assert.StartsWith("ERR max key", (await Front.CommandAsync("mset", "a", "b", key, "v")).Error, StringComparison.Ordinal);
        Assert.Equal("\"OK\"", (await Front.CommandAsync("set", key[1..], key)).Result);
        Assert.Equal("\"OK\"", (await Front.CommandAsync("mset", Front.Key(), key)).Result);
    }

    [Theory]
    [InlineData("OBJECT", "IDLETIME", "k")]
    [InlineData("SLOWLOG", "GET")]
    [InlineData("MEMORY", "STATS")]
    [InlineData("MEMORY", "DOCTOR")]
    [InlineData("CONFIG", "RESETSTAT")]
    [InlineData("CLIENT", "LIST")]
    [InlineData("DEBUG", "SLEEP", "1")]
    [InlineData("LATENCY", "LATEST")]
    [InlineData("BLPOP", "k", "0")]
    [InlineData("WATCH", "k")]
    [InlineData("MULTI")]
    [InlineData("EXEC")]
    [InlineData("SUBSCRIBE", "c")]
    [InlineData("SHUTDOWN")]
    [InlineData("SORT", "k")]
    [InlineData("ACL", "SETUSER", "default", "off")]
    [InlineData("NONSENSE")]
    public async Task What_upstash_does_not_offer_is_refused(params string[] command)
    {
        var reply = await Front.CommandAsync([.. command]);
        Assert.Equal(400, reply.Status);
        Assert.StartsWith("ERR Command is not available: '", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_database_0_exists_and_command_is_empty()
    {
        Assert.Equal("\"OK\"", (await Front.CommandAsync("select", 0)).Result);
        Assert.Equal(400, (await Front.CommandAsync("select", 1)).Status);
        Assert.Equal("[]", (await Front.CommandAsync("command", "docs")).Result);
    }

    [Fact]
    public async Task Other_settings_read_as_empty_and_cannot_be_set()
    {
        Assert.Equal("[]", (await Front.CommandAsync("config", "get", "maxmemory")).Result);
        Assert.Equal("ERR Unsupported CONFIG parameter: maxmemory", (await Front.CommandAsync("config", "set", "maxmemory", "1")).Error);
    }

    [Fact]
    public async Task Scan_withtype_pairs_each_key_with_its_type()
    {
        var key = Front.Key("typed");
        await Front.CommandAsync("set", key, "v");
        await Front.CommandAsync("hset", key + ":hash", "f", "v");
        var page = (await Front.CommandAsync("scan", 0, "match", key + "*", "count", 100000, "withtype")).Json.GetProperty("result")[1];
        var pairs = page.EnumerateArray().Select(item => item.GetString()!).Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(new Dictionary<string, string> { [key] = "string", [key + ":hash"] = "hash" }, pairs);
    }

    [Fact]
    public async Task A_full_database_refuses_writes_and_still_reads_and_removes()
    {
        var key = Front.Key();
        await Front.CommandAsync("set", key, "v");
        Front.Front.Full = true;
        try
        {
            Assert.Equal("ERR DB capacity quota exceeded", (await Front.CommandAsync("set", key, "w")).Error);
            Assert.Equal("\"v\"", (await Front.CommandAsync("get", key)).Result);
            Assert.Equal("1", (await Front.CommandAsync("unlink", key)).Result);
        }
        finally
        {
            Front.Front.Full = false;
        }
    }

    [Fact]
    public async Task A_pipeline_of_ten_thousand_large_values_comes_back_whole()
    {
        var key = Front.Key();
        await Front.CommandAsync("set", key, new string('x', 2000));
        var body = "[" + string.Join(',', Enumerable.Repeat($"[\"GET\",\"{key}\"]", 10_000)) + "]";
        var items = (await Front.PostAsync("/pipeline", body, ("Upstash-Encoding", "base64"))).Json;
        Assert.Equal(10_000, items.GetArrayLength());
        Assert.All(items.EnumerateArray(), item => Assert.Equal(2668, item.GetProperty("result").GetString()!.Length));
    }

    [Fact]
    public async Task Usage_counts_each_command_of_a_pipeline()
    {
        var before = Front.Front.Usage;
        await Front.PostAsync("/pipeline", """[["GET","a"],["SET","b","c"],["OBJECT","x"]]""");
        var after = Front.Front.Usage;
        Assert.True(after.Commands - before.Commands >= 3);
        Assert.True((await Front.GetAsync("/sandbox/usage")).Json.GetProperty("commands").GetInt64() >= after.Commands);
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
