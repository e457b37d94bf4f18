using System.Text.Json;
using CacheKeeper.Sandbox.Mem0;

namespace CacheKeeper.Tests.Sandbox.Mem0;

/// <summary>The open-source server's interface, by raw HTTP.</summary>
public sealed class SelfHostedTests(SelfHostedTests.OpenSource server) : IClassFixture<SelfHostedTests.OpenSource>
{
    [Fact]
    public async Task A_key_is_wanted_in_its_own_header_and_every_answer_has_a_request_id()
    {
        var refused = await server.SendAsync(HttpMethod.Get, "/memories?user_id=u", null, ("Authorization", "Token " + Mem0TestServer.Key));
        Assert.Equal(401, refused.Status);
        Assert.NotEmpty(refused.Text("detail"));
        Assert.Matches("^[0-9a-f]{8}$", refused.Headers["X-Request-ID"]);
        Assert.Equal(200, (await server.GetAsync("/memories?user_id=u")).Status);
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Get, "/auth/setup-status", null, null)).Status);
    }

    [Theory]
    [InlineData("/memories/")]
    [InlineData("/v1/ping/")]
    [InlineData("/v1/batch")]
    public async Task A_slash_at_the_end_and_the_platforms_paths_are_not_found(string path) => Assert.Equal(404, (await server.GetAsync(path)).Status);

    [Fact]
    public async Task An_add_is_done_before_the_answer_and_carries_the_hash()
    {
        var added = await server.PostAsync("/memories", """{"user_id":"hash","app_id":"x","infer":false,"messages":[{"role":"user","content":"hello"},{"role":"assistant","content":"hello"}]}""");
        Assert.Equal(2, added.Body.GetProperty("results").GetArrayLength());
        Assert.Equal(("hello", "ADD"), (added.Body.GetProperty("results")[0].GetProperty("memory").GetString(), added.Body.GetProperty("results")[0].GetProperty("event").GetString()));
        var memory = (await server.GetAsync("/memories?user_id=hash")).Body.GetProperty("results")[0];
        Assert.Equal("5d41402abc4b2a76b9719d911017c592", memory.GetProperty("hash").GetString());
        Assert.False(memory.TryGetProperty("app_id", out _) || memory.TryGetProperty("categories", out _));
        var inferred = await server.PostAsync("/memories", """{"user_id":"hash","messages":[{"role":"user","content":"I drink green tea every day."}]}""");
        Assert.Equal(1, inferred.Body.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Errors_are_told_as_detail_and_bad_fields_as_422()
    {
        var noId = await server.PostAsync("/memories", """{"messages":[{"role":"user","content":"x"}]}""");
        Assert.Equal((400, JsonValueKind.String), (noId.Status, noId.Body.GetProperty("detail").ValueKind));
        var noMessages = await server.PostAsync("/memories", """{"user_id":"u"}""");
        Assert.Equal((422, "messages"), (noMessages.Status, noMessages.Body.GetProperty("detail")[0].GetProperty("loc")[1].GetString()));
        Assert.Equal(422, (await server.GetAsync("/memories?user_id=u&top_k=1001")).Status);
        Assert.Equal(422, (await server.PostAsync("/search", """{"query":"x","top_k":0,"filters":{"user_id":"u"}}""")).Status);
        Assert.Equal(400, (await server.PostAsync("/search", """{"query":"x"}""")).Status);
        Assert.Equal(400, (await server.DeleteAsync("/memories")).Status);
    }

    [Fact]
    public async Task An_unknown_id_reads_as_null_but_cannot_be_deleted()
    {
        var unknown = await server.GetAsync("/memories/00000000-0000-4000-8000-000000000000");
        Assert.Equal((200, JsonValueKind.Null), (unknown.Status, unknown.Body.ValueKind));
        Assert.Equal(404, (await server.DeleteAsync("/memories/00000000-0000-4000-8000-000000000000")).Status);
    }

    [Fact]
    public async Task One_memory_is_updated_deleted_and_remembered()
    {
        var id = await AddAsync("one", "Before");
        Assert.NotEmpty((await server.PutAsync($"/memories/{id}", new { text = "After" })).Text("message"));
        Assert.Equal("After", (await server.GetAsync($"/memories/{id}")).Text("memory"));
        Assert.Equal("Memory deleted successfully", (await server.DeleteAsync($"/memories/{id}")).Text("message"));
        var history = (await server.GetAsync($"/memories/{id}/history")).Body.EnumerateArray().ToArray();
        Assert.Equal([false, false, true], history.Select(entry => entry.GetProperty("is_deleted").GetBoolean()));
    }

    [Fact]
    public async Task Lists_do_not_page_show_twenty_and_hide_what_expired_unless_unscoped()
    {
        for (var i = 0; i < 25; i++)
        {
            await AddAsync("many", $"Memory {i}", i == 0 ? "2026-01-01" : null);
        }

        Assert.Equal(20, (await server.GetAsync("/memories?user_id=many")).Body.GetProperty("results").GetArrayLength());
        Assert.Equal(24, (await server.GetAsync("/memories?user_id=many&top_k=1000")).Body.GetProperty("results").GetArrayLength());
        Assert.Equal(25, (await server.GetAsync("/memories?user_id=many&top_k=1000&show_expired=true")).Body.GetProperty("results").GetArrayLength());
        Assert.True((await server.GetAsync("/memories")).Body.GetArrayLength() >= 25);
    }

    [Theory]
    [InlineData("""{"user_id":"filters","query_hash":"q1"}""", "pen")]
    [InlineData("""{"user_id":"filters","weight":{"gt":1}}""", "book")]
    [InlineData("""{"user_id":"filters","weight":{"lte":1}}""", "pen")]
    [InlineData("""{"user_id":"filters","kind":{"in":["tool"]}}""", "pen")]
    [InlineData("""{"user_id":"filters","kind":{"nin":["tool"]}}""", "book")]
    [InlineData("""{"user_id":"filters","kind":{"icontains":"OO"}}""", "pen")]
    [InlineData("""{"user_id":"filters","kind":"*"}""", "pen")]
    [InlineData("""{"AND":[{"user_id":"filters"},{"NOT":[{"kind":"tool"}]}]}""", "book")]
    public async Task Filters_reach_into_metadata_and_know_more_operators(string filters, string expected)
    {
        if ((await server.GetAsync("/memories?user_id=filters")).Body.GetProperty("results").GetArrayLength() == 0)
        {
            await server.PostAsync("/memories", """{"user_id":"filters","infer":false,"metadata":{"query_hash":"q1","weight":1,"kind":"tool"},"messages":[{"role":"user","content":"pen"}]}""");
            await server.PostAsync("/memories", """{"user_id":"filters","infer":false,"metadata":{"weight":2},"messages":[{"role":"user","content":"book"}]}""");
        }

        var found = await server.PostAsync("/search", $$"""{"query":"pen book","threshold":0,"filters": {{filters}} }""");
        Assert.Equal([expected], Mem0TestServer.Texts(found.Body.GetProperty("results")));
    }

    [Fact]
    public async Task Entities_are_computed_and_deleted_at_once()
    {
        await AddAsync("leaving", "x");
        var entities = (await server.GetAsync("/entities")).Body.EnumerateArray();
        Assert.Contains(entities, entity => entity.GetProperty("id").GetString() == "leaving" && entity.GetProperty("total_memories").GetInt32() == 1);
        Assert.Equal(200, (await server.DeleteAsync("/entities/user/leaving")).Status);
        Assert.Equal(0, (await server.GetAsync("/memories?user_id=leaving")).Body.GetProperty("results").GetArrayLength());
        await AddAsync("scoped", "y");
        Assert.Equal("All relevant memories deleted", (await server.DeleteAsync("/memories?user_id=scoped")).Text("message"));
        Assert.True((await server.GetAsync("/requests?limit=5")).Body.GetArrayLength() is > 0 and <= 5);
    }

    private async Task<string> AddAsync(string user, string text, string? expires = null)
    {
        var added = await server.PostAsync("/memories", new { user_id = user, infer = false, expiration_date = expires, messages = new[] { new { role = "user", content = text } } });
        return added.Body.GetProperty("results")[0].GetProperty("id").GetString()!;
    }

    /// <summary>A server of that flavour.</summary>
    public sealed class OpenSource : Mem0TestServer
    {
        internal override Mem0ServerSettings Settings => base.Settings with { Flavour = Mem0ServerFlavour.SelfHosted };
    }
}
