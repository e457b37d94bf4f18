using CacheKeeper.Sandbox.Mem0;
using CacheKeeper.Sandbox.Mem0.Storage;

namespace CacheKeeper.Tests.Sandbox.Mem0;

/// <summary>What the server promises beside its interface: it keeps what it answered, lets itself be disturbed, limits and counts.</summary>
public sealed class ServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_answered_is_there_after_a_restart()
    {
        await using var server = await Host.StartAsync(settings => settings);
        var id = await server.AddAsync("keeper", "Stays", body => (body["metadata"], body["expiration_date"]) = (new { query_hash = "h1", n = 1.50 }, "2030-01-01"));
        var gone = await server.AddAsync("keeper", "Goes");
        await server.DeleteAsync($"/v1/memories/{gone}/");
        var before = await server.GetAsync($"/v1/memories/{id}/");
        await server.RestartAsync();
        var after = await server.GetAsync($"/v1/memories/{id}/");
        Assert.Equal(before.Body.GetRawText(), after.Body.GetRawText());
        Assert.Equal(["Stays"], await server.ListAsync(new { user_id = "keeper" }));
        Assert.Equal(["Stays"], await server.ListAsync(new { AND = new object[] { new { user_id = "keeper" }, new { metadata = new { query_hash = "h1" } } } }));
        Assert.Equal(3, (await server.GetAsync("/v1/memories/events/")).Body.GetProperty("count").GetInt32());
        Assert.Equal(200, (await server.GetAsync("/v2/entities/user/keeper/")).Status);
    }

    [Fact]
    public async Task What_was_answered_stands_on_disk_without_an_orderly_stop()
    {
        await using var server = await Host.StartAsync(settings => settings);
        await server.AddAsync("crash", "Survives");
        using var copy = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(server.Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        await using var second = await Mem0Server.StartAsync(new Mem0ServerSettings { Folder = copy, ApiKey = Mem0TestServer.Key }, Cancel);
        Assert.Equal(1, second.Memories);
    }

    [Fact]
    public async Task Work_that_a_stop_left_pending_is_done_after_the_next_start()
    {
        using var folder = new TemporaryFolder();
        await using (var store = new Mem0Store(folder, TimeProvider.System))
        {
            // Accepted and written, but its queue never started.
            await using var queue = new Mem0EventQueue(store);
            await queue.AcceptAsync("ADD", new { user_id = "later", messages = new[] { new { role = "user", content = "I like long walks." } } }, Cancel);
        }

        await using var server = await Mem0Server.StartAsync(new Mem0ServerSettings { Folder = folder, ApiKey = Mem0TestServer.Key }, Cancel);
        await server.WhenIdleAsync(Cancel);
        Assert.Equal(1, server.Memories);
    }

    [Fact]
    public async Task Two_identical_adds_at_once_store_one()
    {
        await using var server = await Host.StartAsync(settings => settings);
        var body = new { messages = new[] { new { role = "user", content = "Same" } }, user_id = "race", infer = false };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.PostAsync("/v3/memories/add/", body)));
        Assert.Equal(1, answers.Sum(answer => answer.Body.GetProperty("results").GetArrayLength()));
    }

    [Fact]
    public async Task The_fault_switch_is_asked_before_every_request_even_before_the_key()
    {
        var refuse = false;
        await using var server = await Host.StartAsync(settings => settings with
        {
            Interfere = context =>
            {
                context.Response.StatusCode = 503;
                return Task.FromResult(refuse);
            },
        });
        refuse = true;
        Assert.Equal(503, (await server.SendAsync(HttpMethod.Get, "/v1/ping/", null, null)).Status);
        Assert.Equal(1, server.Server.Requests);
    }

    [Fact]
    public async Task Above_the_limit_of_a_minute_requests_get_429_and_are_told_when_to_come_back()
    {
        await using var server = await Host.StartAsync(settings => settings with { RequestsPerMinute = 2 });
        await server.GetAsync("/v1/ping/");
        server.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(200, (await server.GetAsync("/v1/ping/")).Status);
        var refused = await server.GetAsync("/v1/ping/");
        Assert.Equal((429, "40"), (refused.Status, refused.Headers["Retry-After"]));
        server.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(200, (await server.GetAsync("/v1/ping/")).Status);
    }

    [Fact]
    public async Task An_update_can_be_told_to_merge_metadata()
    {
        await using var server = await Host.StartAsync(settings => settings with { MergeMetadataOnUpdate = true });
        var id = await server.AddAsync("merge", "Text", body => body["metadata"] = new { a = 1, b = 2 });
        Assert.Equal("""{"a":1,"b":3,"c":4}""", (await server.PutAsync($"/v1/memories/{id}/", new { metadata = new { b = 3, c = 4 } })).Text("metadata"));
    }

    [Fact]
    public async Task A_batch_with_an_unknown_id_can_be_told_to_fail_whole()
    {
        await using var server = await Host.StartAsync(settings => settings with { RefuseBatchesWithUnknownIds = true });
        var id = await server.AddAsync("whole", "Stays");
        Assert.Equal(404, (await server.DeleteAsync("/v1/batch/", new { memories = new[] { new { memory_id = id }, new { memory_id = Guid.NewGuid().ToString() } } })).Status);
        Assert.Equal(["Stays"], await server.ListAsync(new { user_id = "whole" }));
    }

    [Fact]
    public async Task Stars_for_all_four_ids_wipe_everything_and_one_star_only_its_kind()
    {
        await using var server = await Host.StartAsync(settings => settings);
        await server.AddAsync("a", "A user's");
        await server.PostAsync("/v3/memories/add/", """{"agent_id":"bot","infer":false,"messages":[{"role":"user","content":"An agent's"}]}""");
        await server.DeleteAsync("/v1/memories/?user_id=*");
        await server.Server.WhenIdleAsync(Cancel);
        Assert.Equal(["An agent's"], await server.ListAsync(new { agent_id = "bot" }));
        await server.DeleteAsync("/v1/memories/?user_id=*&agent_id=*&app_id=*&run_id=*");
        await server.Server.WhenIdleAsync(Cancel);
        Assert.Equal(0, server.Server.Memories);
    }

    [Fact]
    public async Task The_day_turns_and_a_memory_is_hidden_by_the_clock_alone()
    {
        await using var server = await Host.StartAsync(settings => settings);
        await server.AddAsync("clock", "Until today", body => body["expiration_date"] = Mem0TestServer.Day(0));
        server.Time.Advance(TimeSpan.FromHours(11));
        Assert.Single(await server.ListAsync(new { user_id = "clock" }));
        server.Time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(await server.ListAsync(new { user_id = "clock" }));
        await server.AddAsync("clock", "Until today");
        Assert.Single(await server.ListAsync(new { user_id = "clock" }));
        Assert.Equal(2, server.Server.Memories);
    }

    [Fact]
    public async Task Hostile_texts_come_back_as_they_went_in()
    {
        await using var server = await Host.StartAsync(settings => settings);
        foreach (var text in new[] { "'; DROP TABLE memories; --", "\u0000nul\u0000", "emoji 🧡 and ligature ﬁ", "\"quoted\" \\ back\nline\ttab", new string('x', 100_000), "<script>&amp;" })
        {
            var id = await server.AddAsync(text[..Math.Min(20, text.Length)], text, body => body["metadata"] = new Dictionary<string, string> { [text[..1]] = text });
            await server.RestartAsync();
            var memory = await server.GetAsync($"/v1/memories/{id}/");
            Assert.Equal(text, memory.Text("memory"));
            Assert.Equal(text, memory.Body.GetProperty("metadata").GetProperty(text[..1]).GetString());
        }
    }

    /// <summary>A server for one test.</summary>
    private sealed class Host(Func<Mem0ServerSettings, Mem0ServerSettings> change) : Mem0TestServer
    {
        internal override Mem0ServerSettings Settings => change(base.Settings);

        public static async Task<Host> StartAsync(Func<Mem0ServerSettings, Mem0ServerSettings> change)
        {
            var host = new Host(change);
            await host.InitializeAsync();
            return host;
        }
    }
}
