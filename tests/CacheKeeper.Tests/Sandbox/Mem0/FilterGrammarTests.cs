using System.Text.Json;

namespace CacheKeeper.Tests.Sandbox.Mem0;

/// <summary>Each row of the platform's filter grammar, by raw HTTP on one small set of memories.</summary>
public sealed class FilterGrammarTests(FilterGrammarTests.Memories server) : IClassFixture<FilterGrammarTests.Memories>
{
    // What each text is about is its name: see Memories below.
    [Theory]
    [InlineData("""{"user_id":"ann"}""", "both,gold,old,silver")]
    [InlineData("""{"user_id":{"eq":"ann"}}""", "both,gold,old,silver")]
    [InlineData("""{"user_id":{"in":["bob","cid"]}}""", "bobs")]
    [InlineData("""{"user_id":"*"}""", "bobs,both,gold,old,silver")]
    [InlineData("""{"agent_id":"bot"}""", "agents,both")]
    [InlineData("""{"app_id":"shop"}""", "apps")]
    [InlineData("""{"run_id":"r1"}""", "runs")]
    [InlineData("""{"AND":[{"user_id":"ann"},{"agent_id":"bot"}]}""", "both")]
    [InlineData("""{"OR":[{"user_id":"bob"},{"agent_id":"bot"}]}""", "agents,bobs,both")]
    [InlineData("""{"user_id":"ann","agent_id":"bot"}""", "both")]
    [InlineData("""{"AND":[{"user_id":"*"},{"user_id":{"ne":"ann"}}]}""", "bobs")]
    [InlineData("""{"AND":[{"agent_id":"*"},{"user_id":{"ne":"ann"}}]}""", "agents")]
    [InlineData("""{"AND":[{"user_id":"ann"},{"NOT":{"metadata":{"grade":"gold"}}}]}""", "both,old,silver")]
    [InlineData("""{"AND":[{"user_id":"ann"},{"NOT":{"agent_id":{"in":["bot"]}}}]}""", "gold,old,silver")]
    [InlineData("""{"AND":[{"user_id":"ann"},{"OR":[{"metadata":{"grade":"gold"}},{"metadata":{"grade":"silver"}}]}]}""", "gold,silver")]
    public async Task Entities_and_operators_select_what_the_grammar_says(string filters, string expected) => await SelectsAsync(filters, expected);

    [Fact]
    public Task An_or_beside_an_and_is_silently_dropped() =>
        SelectsAsync("""{"AND":[{"user_id":"ann"},{"metadata":{"grade":"gold"}}],"OR":[{"user_id":"bob"}]}""", "gold");

    [Fact]
    public async Task Ne_matches_null_too() =>
        await SelectsAsync("""{"AND":[{"OR":[{"user_id":"*"},{"agent_id":"*"}]},{"user_id":{"ne":"ann"}}]}""", "agents,bobs");

    [Theory]
    [InlineData("""{"gt":"2026-08-01"}""", "both,gold,silver")]
    [InlineData("""{"gte":"2026-08-10T12:00:00Z"}""", "both,gold,silver")]
    [InlineData("""{"lt":"2026-08-01"}""", "old")]
    [InlineData("""{"lte":"2026-07-01T00:00:00+00:00"}""", "old")]
    [InlineData("""{"ne":"2026-07-01"}""", "both,gold,silver")]
    [InlineData("""{"in":["2026-07-01","2026-07-02"]}""", "old")]
    [InlineData("\"2026-07-01\"", "old")]
    [InlineData("""{"gte":"2026-07-01","lt":"2026-07-02"}""", "old")]
    public async Task Times_are_compared(string condition, string expected)
    {
        await SelectsAsync($$"""{"AND":[{"user_id":"ann"},{"created_at": {{condition}} }]}""", expected);
        await SelectsAsync($$"""{"AND":[{"user_id":"ann"},{"timestamp": {{condition}} }]}""", expected);
    }

    [Theory]
    [InlineData("""{"lt":"2026-08-20"}""", "gold")]
    [InlineData("""{"lte":"2026-08-15"}""", "gold")]
    [InlineData("\"2026-08-15\"", "gold")]
    [InlineData("""{"gt":"2026-08-20"}""", "silver")]
    [InlineData("""{"ne":"2026-08-15"}""", "both,old,silver")]
    public Task Expiration_dates_are_compared_and_null_is_never_before_or_after(string condition, string expected) =>
        SelectsAsync($$"""{"AND":[{"user_id":"ann"},{"expiration_date": {{condition}} }]}""", expected);

    [Theory]
    [InlineData("""{"in":["payments"]}""", "gold")]
    [InlineData("""{"in":["PAYMENTS","users"]}""", "gold,silver")]
    [InlineData("""{"contains":"PAY"}""", "gold")]
    public Task Categories_take_in_and_contains(string condition, string expected) =>
        SelectsAsync($$"""{"AND":[{"user_id":"ann"},{"categories": {{condition}} }]}""", expected);

    [Theory]
    [InlineData("""{"grade":"gold"}""", "gold")]
    [InlineData("""{"grade":{"eq":"gold"}}""", "gold")]
    [InlineData("""{"grade":{"ne":"gold"}}""", "both,old,silver")]
    [InlineData("""{"grade":{"contains":"ilv"}}""", "silver")]
    [InlineData("""{"grade":{"contains":"ILV"}}""", "")]
    [InlineData("""{"weight":3}""", "gold")]
    [InlineData("""{"grade":"gold","weight":4}""", "")]
    [InlineData("""{"query_hash":"abc123"}""", "gold")]
    public Task Metadata_take_bare_eq_ne_and_contains(string condition, string expected) =>
        SelectsAsync($$"""{"AND":[{"user_id":"ann"},{"metadata": {{condition}} }]}""", expected);

    [Theory]
    [InlineData("""{"contains":"Memory gold"}""", "gold")]
    [InlineData("""{"contains":"memory GOLD"}""", "")]
    [InlineData("""{"icontains":"memory GOLD"}""", "gold")]
    public Task Keywords_work_on_lists(string condition, string expected) =>
        SelectsAsync($$"""{"AND":[{"user_id":"ann"},{"keywords": {{condition}} }]}""", expected);

    [Fact]
    public async Task Keywords_break_a_search()
    {
        var answer = await server.PostAsync("/v3/memories/search/", """{"query":"x","filters":{"AND":[{"user_id":"ann"},{"keywords":{"contains":"x"}}]}}""");
        Assert.Equal(500, answer.Status);
    }

    [Fact]
    public async Task Memory_ids_take_a_list_or_in()
    {
        var id = server.Ids["gold"];
        await SelectsAsync($$"""{"AND":[{"user_id":"ann"},{"memory_ids":["{{id}}"]}]}""", "gold");
        await SelectsAsync($$"""{"AND":[{"user_id":"ann"},{"memory_ids":{"in":["{{id}}"] } }] }""", "gold");
        await SelectsAsync($$"""{"AND":[{"user_id":"bob"},{"memory_ids":["{{id}}"]}]}""", "");
    }

    [Fact]
    public async Task Text_and_keywords_search_are_allowed_keys()
    {
        await SelectsAsync("""{"AND":[{"user_id":"ann"},{"text":"MEMORY gold"}]}""", "gold");
        await SelectsAsync("""{"AND":[{"user_id":"ann"},{"keywords_search":"gold silver"}]}""", "gold,silver");
    }

    [Theory]
    [InlineData("metadata.priority", "\"low\"")]
    [InlineData("priority", "\"low\"")]
    [InlineData("and", "[]")]
    public async Task A_key_outside_the_allow_list_is_refused_with_the_list(string key, string value)
    {
        var answer = await server.PostAsync("/v3/memories/", $$$"""{"filters":{"AND":[{"user_id":"ann"},{ "{{{key}}}": {{{value}}} }]}}""");
        Assert.Equal(400, answer.Status);
        foreach (var allowed in (string[])["user_id", "agent_id", "app_id", "run_id", "created_at", "updated_at", "categories", "metadata", "keywords", "memory_ids", "AND", "OR", "NOT"])
        {
            Assert.Contains(allowed, answer.Text("error"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"metadata":{"grade":"gold"}}""")]
    [InlineData("""{"user_id":{"ne":"ann"}}""")]
    [InlineData("""{"NOT":{"user_id":"ann"}}""")]
    [InlineData("""{"memory_ids":[]}""")]
    public Task Without_a_positive_entity_id_a_filter_is_refused(string filters) => RefusedAsync(filters);

    [Theory]
    [InlineData("""{"user_id":{"nin":["ann"]}}""")]
    [InlineData("""{"user_id":{"contains":"an"}}""")]
    [InlineData("""{"user_id":{"gt":"a"}}""")]
    [InlineData("""{"user_id":null}""")]
    [InlineData("""{"user_id":{}}""")]
    [InlineData("""{"user_id":["ann"]}""")]
    [InlineData("""{"user_id":"ann","created_at":{"eq":"2026-07-01"}}""")]
    [InlineData("""{"user_id":"ann","expiration_date":{"eq":"2026-07-01"}}""")]
    [InlineData("""{"user_id":"ann","created_at":{">=":"2026-07-01"}}""")]
    [InlineData("""{"user_id":"ann","created_at":{"gt":"yesterday"}}""")]
    [InlineData("""{"user_id":"ann","categories":{"eq":"payments"}}""")]
    [InlineData("""{"user_id":"ann","categories":{"ne":"payments"}}""")]
    [InlineData("""{"user_id":"ann","categories":"payments"}""")]
    [InlineData("""{"user_id":"ann","metadata":"gold"}""")]
    [InlineData("""{"user_id":"ann","metadata":{"grade":{"in":["gold"]}}}""")]
    [InlineData("""{"user_id":"ann","metadata":{"weight":{"gt":1}}}""")]
    [InlineData("""{"user_id":"ann","metadata":{"weight":{"lt":1}}}""")]
    [InlineData("""{"user_id":"ann","metadata":{"nested":{"key":"value"}}}""")]
    [InlineData("""{"user_id":"ann","keywords":{"eq":"x"}}""")]
    [InlineData("""{"user_id":"ann","memory_ids":["no-uuid"]}""")]
    [InlineData("""{"AND":{"user_id":"ann"}}""")]
    [InlineData("""{"AND":[]}""")]
    [InlineData("""{"OR":[]}""")]
    [InlineData("""{"AND":[{"user_id":"ann"},{"NOT":[{"agent_id":"bot"}]}]}""")]
    public Task What_the_grammar_does_not_know_is_refused(string filters) => RefusedAsync(filters);

    [Fact]
    public Task Endless_nesting_is_refused() =>
        RefusedAsync(string.Concat(Enumerable.Repeat("""{"AND":[""", 20)) + """{"user_id":"ann"}""" + string.Concat(Enumerable.Repeat("]}", 20)));

    private async Task SelectsAsync(string filters, string expected) =>
        Assert.Equal(expected, string.Join(',', (await server.ListAsync(JsonSerializer.Deserialize<JsonElement>(filters))).Select(text => text.Split(' ')[1])));

    private async Task RefusedAsync(string filters)
    {
        var listed = await server.PostAsync("/v3/memories/", $$"""{"filters": {{filters}} }""");
        Assert.Equal(400, listed.Status);
        Assert.NotEmpty(listed.Text("error"));
        var searched = await server.PostAsync("/v3/memories/search/", $$"""{"query":"x","filters": {{filters}} }""");
        Assert.True(searched.Status == 400 || filters.Contains("keywords", StringComparison.Ordinal));
    }

    /// <summary>One memory for each thing a filter can tell apart.</summary>
    public sealed class Memories : Mem0TestServer
    {
        internal Dictionary<string, string> Ids { get; } = [];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await AddAsync("gold", """{"user_id":"ann","metadata":{"grade":"gold","weight":3,"category":"payments","query_hash":"abc123"},"expiration_date":"2026-08-15"}""");
            await AddAsync("silver", """{"user_id":"ann","metadata":{"grade":"silver","category":"users"},"expiration_date":"2026-09-01"}""");
            await AddAsync("old", """{"user_id":"ann","timestamp":1782864000}""");
            await AddAsync("both", """{"user_id":"ann","agent_id":"bot"}""");
            await AddAsync("bobs", """{"user_id":"bob"}""");
            await AddAsync("agents", """{"agent_id":"bot"}""");
            await AddAsync("apps", """{"app_id":"shop"}""");
            await AddAsync("runs", """{"run_id":"r1"}""");
        }

        private async Task AddAsync(string name, string fields)
        {
            var body = JsonSerializer.Deserialize<Dictionary<string, object>>(fields)!;
            body["messages"] = new[] { new { role = "user", content = $"Memory {name} here" } };
            body["infer"] = false;
            var answer = await PostAsync("/v3/memories/add/", body);
            Ids[name] = answer.Body.GetProperty("results")[0].GetProperty("id").GetString()!;
        }
    }
}
