using System.Globalization;
using System.Text.Json;

namespace CacheKeeper.Tests.Sandbox.Mem0;

/// <summary>Adding, listing, searching, paging and errors of the platform, by raw HTTP.</summary>
public sealed class PlatformTests(Mem0TestServer server) : IClassFixture<Mem0TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ping_tells_whose_key_it_is()
    {
        var answer = await server.GetAsync("/v1/ping/");
        Assert.Equal(("ok", 200), (answer.Text("status"), answer.Status));
        Assert.NotEmpty(answer.Text("org_id"));
        Assert.NotEmpty(answer.Text("project_id"));
        Assert.NotEmpty(answer.Text("user_email"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("Authorization", "Token wrong")]
    [InlineData("Authorization", "Bearer " + Mem0TestServer.Key)]
    [InlineData("X-API-Key", Mem0TestServer.Key)]
    public async Task A_key_that_is_wrong_or_elsewhere_gets_401_with_detail(string? name, string? value)
    {
        var answer = await server.SendAsync(HttpMethod.Get, "/v1/ping/", null, name is null ? null : (name, value!));
        Assert.Equal(401, answer.Status);
        Assert.NotEmpty(answer.Text("detail"));
    }

    [Theory]
    [InlineData("GET", "/v1/ping")]
    [InlineData("POST", "/v3/memories/search")]
    [InlineData("GET", "/v1/memories/batch/")]
    [InlineData("GET", "/v1/analytics/categories/")]
    [InlineData("GET", "/memories/")]
    public async Task A_path_without_its_slash_or_that_was_never_there_is_not_found(string method, string path) =>
        Assert.True((await server.SendAsync(new HttpMethod(method), path, method == "POST" ? new { } : null)).Status is 404 or 400);

    [Fact]
    public async Task Every_answer_is_json_also_for_a_wrong_method_and_a_broken_body()
    {
        Assert.Equal(405, (await server.PostAsync("/v1/ping/", new { })).Status);
        var broken = await server.PostAsync("/v3/memories/add/", "{");
        Assert.Equal(400, broken.Status);
        Assert.StartsWith("JSON parse error", broken.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_inference_each_message_is_stored_verbatim_under_all_ids_before_the_answer()
    {
        var answer = await server.PostAsync("/v3/memories/add/", new
        {
            messages = new[] { new { role = "system", content = "rules" }, new { role = "user", content = "  Where is it? " }, new { role = "assistant", content = "There." } },
            user_id = "verbatim",
            agent_id = "bot",
            run_id = "r",
            infer = false,
            metadata = new { a = new[] { 1, 2 } },
            expiration_date = "2026-12-24",
        });
        Assert.Equal("SUCCEEDED", answer.Text("status"));
        Assert.Equal(["  Where is it? ", "There."], answer.Body.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("data").GetProperty("memory").GetString()));
        var listed = (await server.PostAsync("/v3/memories/", """{"filters":{"AND":[{"user_id":"verbatim"},{"agent_id":"bot"},{"run_id":"r"}]}}""")).Body.GetProperty("results");
        Assert.Equal(2, listed.GetArrayLength());
        var memory = listed[0];
        Assert.Equal("""{"a":[1,2]}""", memory.GetProperty("metadata").GetRawText());
        Assert.Equal(("r", "bot", "2026-12-24"), (Text(memory, "session_id"), Text(memory, "agent_id"), Text(memory, "expiration_date")));
        Assert.Equal(Mem0TestServer.Start, memory.GetProperty("created_at").GetDateTimeOffset());
        var done = await server.GetAsync($"/v1/event/{answer.Text("event_id")}/");
        Assert.Equal(("ADD", "SUCCEEDED", 2), (done.Text("event_type"), done.Text("status"), done.Body.GetProperty("results").GetArrayLength()));
    }

    [Fact]
    public async Task Only_byte_identical_text_in_the_same_scope_is_left_out()
    {
        object Add(string text, string user) => new { messages = new[] { new { role = "user", content = text } }, user_id = user, infer = false };
        async Task<int> AddedAsync(string text, string user) => (await server.PostAsync("/v3/memories/add/", Add(text, user))).Body.GetProperty("results").GetArrayLength();
        Assert.Equal(1, await AddedAsync("Same text.", "twin1"));
        Assert.Equal(0, await AddedAsync("Same text.", "twin1"));
        Assert.Equal(1, await AddedAsync("same text.", "twin1"));
        Assert.Equal(1, await AddedAsync("Same text.", "twin2"));
    }

    [Fact]
    public async Task A_repetition_inside_one_add_is_stored_once()
    {
        var answer = await server.PostAsync("/v3/memories/add/", """{"infer":false,"user_id":"echo","messages":[{"role":"user","content":"A"},{"role":"assistant","content":"A"}]}""");
        Assert.Equal(1, answer.Body.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task With_inference_the_answer_is_pending_and_facts_go_to_whoever_said_them()
    {
        const string Body = """
            {"user_id":"infers","agent_id":"helper","app_id":"shop","messages":[
              {"role":"user","content":"I live in Pune with two cats. Where is my refund?"},{"role":"assistant","content":"The refund takes three days."}]}
            """;
        var answer = await server.PostAsync("/v3/memories/add/", Body);
        Assert.Equal(("PENDING", false), (answer.Text("status"), answer.Body.TryGetProperty("results", out _)));
        await server.Server.WhenIdleAsync(Cancel);
        var done = await server.GetAsync($"/v1/event/{answer.Text("event_id")}/");
        Assert.Equal(("SUCCEEDED", 2), (done.Text("status"), done.Body.GetProperty("results").GetArrayLength()));
        Assert.Equal(["I live in Pune with two cats."], await server.ListAsync(new { user_id = "infers" }));
        Assert.Equal(["The refund takes three days."], await server.ListAsync(new { agent_id = "helper" }));
        Assert.Equal(2, (await server.ListAsync(new { app_id = "shop" })).Length);
        Assert.Empty(await server.ListAsync(new { AND = new object[] { new { user_id = "infers" }, new { agent_id = "helper" } } }));

        var again = await server.PostAsync("/v3/memories/add/", Body);
        await server.Server.WhenIdleAsync(Cancel);
        var repeated = await server.GetAsync($"/v1/event/{again.Text("event_id")}/");
        Assert.Equal(("SUCCEEDED", 0), (repeated.Text("status"), repeated.Body.GetProperty("results").GetArrayLength()));
    }

    [Theory]
    [InlineData("""{"user_id":"u"}""")]
    [InlineData("""{"user_id":"u","messages":[]}""")]
    [InlineData("""{"user_id":"u","messages":"text"}""")]
    [InlineData("""{"user_id":"u","messages":[{"role":"robot","content":"x"}]}""")]
    [InlineData("""{"user_id":"u","messages":[{"role":"user"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""")]
    [InlineData("""{"user_id":"","messages":[{"role":"user","content":"x"}]}""")]
    [InlineData("""{"user_id":"u","metadata":"x","messages":[{"role":"user","content":"x"}]}""")]
    [InlineData("""[1]""")]
    public async Task An_add_without_messages_or_ids_is_refused(string body) => Assert.Equal(400, (await server.PostAsync("/v3/memories/add/", body)).Status);

    [Fact]
    public async Task The_timestamp_dates_a_memory_back()
    {
        await server.AddAsync("past", "Long ago", body => body["timestamp"] = 1_700_000_000);
        var memory = (await server.PostAsync("/v3/memories/", """{"filters":{"user_id":"past"}}""")).Body.GetProperty("results")[0];
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), memory.GetProperty("created_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task Categories_come_from_the_words_unless_the_metadata_name_one()
    {
        await server.AddAsync("sorted", "Where is my refund?");
        await server.AddAsync("sorted", "Where is my parcel?", body => body["metadata"] = new { category = "logistics" });
        await server.AddAsync("sorted", "Hello there");
        var found = (await server.PostAsync("/v3/memories/", """{"filters":{"user_id":"sorted"}}""")).Body.GetProperty("results").EnumerateArray();
        Assert.Equal(["general", "logistics", "payments"], found.Select(memory => memory.GetProperty("categories")[0].GetString()).Order());
    }

    [Theory]
    [InlineData("user_id")]
    [InlineData("agent_id")]
    [InlineData("app_id")]
    [InlineData("run_id")]
    public async Task Top_level_ids_on_the_third_version_are_refused(string field)
    {
        var body = new Dictionary<string, object> { ["query"] = "x", [field] = "u", ["filters"] = new { user_id = "u" } };
        Assert.Equal(400, (await server.PostAsync("/v3/memories/", body)).Status);
        Assert.Equal(400, (await server.PostAsync("/v3/memories/search/", body)).Status);
    }

    [Fact]
    public async Task Pages_link_to_each_other_and_end_with_404()
    {
        for (var i = 0; i < 5; i++)
        {
            await server.AddAsync("pages", $"Memory number {i}");
        }

        const string Body = """{"filters":{"user_id":"pages"}}""";
        var first = await server.PostAsync("/v3/memories/?page=1&page_size=2", Body);
        Assert.Equal((5, JsonValueKind.Null), (first.Body.GetProperty("count").GetInt32(), first.Body.GetProperty("previous").ValueKind));
        var second = await server.PostAsync(new Uri(first.Text("next")).PathAndQuery, Body);
        var third = await server.PostAsync(new Uri(second.Text("next")).PathAndQuery, Body);
        Assert.Equal(JsonValueKind.Null, third.Body.GetProperty("next").ValueKind);
        Assert.EndsWith("page=2&page_size=2", third.Text("previous"), StringComparison.Ordinal);
        Assert.Equal(5, ((Answer[])[first, second, third]).SelectMany(page => Mem0TestServer.Texts(page.Body.GetProperty("results"))).Distinct().Count());
        var past = await server.PostAsync("/v3/memories/?page=4&page_size=2", Body);
        Assert.Equal((404, "Invalid page."), (past.Status, past.Text("detail")));
        Assert.Equal(404, (await server.PostAsync("/v3/memories/?page=0", Body)).Status);
    }

    [Fact]
    public async Task Page_numbers_may_stand_in_the_body_and_the_query_wins()
    {
        await server.AddAsync("bodypages", "One");
        await server.AddAsync("bodypages", "Two");
        var inBody = await server.PostAsync("/v3/memories/", """{"filters":{"user_id":"bodypages"},"page":1,"page_size":1}""");
        Assert.Equal(1, inBody.Body.GetProperty("results").GetArrayLength());
        var inBoth = await server.PostAsync("/v3/memories/?page_size=2", """{"filters":{"user_id":"bodypages"},"page":1,"page_size":1}""");
        Assert.Equal(2, inBoth.Body.GetProperty("results").GetArrayLength());
        Assert.Equal(400, (await server.PostAsync("/v3/memories/?page_size=201", """{"filters":{"user_id":"bodypages"}}""")).Status);
        var empty = await server.PostAsync("/v3/memories/", """{"filters":{"user_id":"nobody"}}""");
        Assert.Equal((200, 0), (empty.Status, empty.Body.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Fields_narrow_what_a_memory_shows()
    {
        await server.AddAsync("fields", "Something");
        var memory = (await server.PostAsync("/v3/memories/", """{"filters":{"user_id":"fields"},"fields":["metadata"]}""")).Body.GetProperty("results")[0];
        Assert.Equal(["created_at", "id", "memory", "metadata"], memory.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Lists_narrow_by_dates_categories_and_keywords_beside_the_filters()
    {
        await server.AddAsync("narrow", "Refund of June", body => body["timestamp"] = 1_780_315_200);
        await server.AddAsync("narrow", "Login of today");
        Assert.Equal(["Refund of June"], await server.ListAsync(new { user_id = "narrow" }, body => body["end_date"] = "2026-06-30"));
        Assert.Equal(["Login of today"], await server.ListAsync(new { user_id = "narrow" }, body => body["start_date"] = "2026-08-10"));
        Assert.Equal(["Refund of June"], await server.ListAsync(new { user_id = "narrow" }, body => body["categories"] = new[] { "payments", "orders" }));
        Assert.Equal(["Login of today"], await server.ListAsync(new { user_id = "narrow" }, body => body["keywords"] = "login"));
    }

    [Fact]
    public async Task Expiry_hides_from_the_day_after_and_deletes_nothing()
    {
        var ends = await server.AddAsync("expiry", "Ends today", body => body["expiration_date"] = Mem0TestServer.Day(0));
        var ended = await server.AddAsync("expiry", "Ended yesterday", body => body["expiration_date"] = Mem0TestServer.Day(-1));
        await server.AddAsync("expiry", "Ends never, the date is none", body => body["expiration_date"] = "soon");
        string[] visible = ["Ends never, the date is none", "Ends today"];
        Assert.Equal(visible, await server.ListAsync(new { user_id = "expiry" }));
        string[] texts = ["alpha beta gamma", "totally different words"];
        foreach (var text in texts)
            Assert.Equal(["Ended yesterday"], await server.ListAsync(
                new { AND = new object[] { new { user_id = "expiry" }, new { expiration_date = new { lt = Mem0TestServer.Day(0) } } } }, body => body["show_expired"] = true));
        Assert.Equal("Ended yesterday", (await server.GetAsync($"/v1/memories/{ended}/")).Text("memory"));
        Assert.Equal(visible, await SearchAsync("expiry", "ends", body => body["threshold"] = 0));
        Assert.Equal(3, (await SearchAsync("expiry", "ends", body => (body["threshold"], body["show_expired"]) = (0, true))).Length);
        Assert.Equal("Ends today", (await server.GetAsync($"/v1/memories/{ends}/")).Text("memory"));
    }

    [Fact]
    public async Task Superseded_memories_are_shown_unless_only_the_latest_are_wanted_and_merged_ones_only_when_asked_for()
    {
        var old = await server.AddAsync("dream", "Old");
        var latest = await server.AddAsync("dream", "Latest");
        var copy = await server.AddAsync("dream", "Copy");
        var marked = await server.PostAsync("/sandbox/mark", new
        {
            memories = new object[] { new { memory_id = old, replaced_by = latest }, new { memory_id = copy, merged_into = latest }, new { memory_id = latest, synthesized = true } },
        });
        Assert.Equal(3, marked.Body.GetProperty("marked").GetInt32());
        Assert.Equal(["Latest", "Old"], await server.ListAsync(new { user_id = "dream" }));
        Assert.Equal(["Latest"], await server.ListAsync(new { user_id = "dream" }, body => body["latest_only"] = true));
        Assert.Equal(["Copy", "Latest", "Old"], await server.ListAsync(new { user_id = "dream" }, body => body["include_merged"] = true));
        Assert.Equal(latest, (await server.GetAsync($"/v1/memories/{old}/")).Text("replaced_by"));
        Assert.True((await server.GetAsync($"/v1/memories/{latest}/")).Body.GetProperty("synthesized").GetBoolean());
    }

    [Fact]
    public async Task Search_ranks_by_meaning_words_and_names_and_says_how()
    {
        foreach (var text in new[] { "How do I get a refund for a failed payment?", "How do I reset my password?", "Where is invoice INV-4711?", "The weather is fine today" })
        {
            await server.AddAsync("search", text, body => body["run_id"] = "s1");
        }

        var found = (await server.PostAsync("/v3/memories/search/", """{"query":"refund of failed payments","filters":{"user_id":"search"}}""")).Body.GetProperty("results");
        Assert.Equal("How do I get a refund for a failed payment?", Text(found[0], "memory"));
        Assert.Equal("s1", Text(found[0], "run_id"));
        Assert.False(found[0].TryGetProperty("session_id", out _));
        var breakdown = found[0].GetProperty("score_breakdown");
        Assert.All((string[])["semantic", "bm25", "entity"], part => Assert.InRange(breakdown.GetProperty(part).GetDouble(), 0, 1));
        var named = (await server.PostAsync("/v3/memories/search/", """{"query":"status of INV-4711","filters":{"user_id":"search"}}""")).Body.GetProperty("results");
        Assert.Equal("Where is invoice INV-4711?", Text(named[0], "memory"));
        Assert.Equal(1, named[0].GetProperty("score_breakdown").GetProperty("entity").GetDouble());
        var exact = (await server.PostAsync("/v3/memories/search/", """{"query":"How do I reset my password?","filters":{"user_id":"search"}}""")).Body.GetProperty("results");
        Assert.Equal(1, exact[0].GetProperty("score").GetDouble(), 3);
    }

    [Fact]
    public async Task The_threshold_cuts_and_zero_switches_it_off()
    {
        foreach (var text in new[] { "alpha beta gamma", "totally different words" })
        {
            await server.AddAsync("cut", text);
        }

        Assert.Equal(["alpha beta gamma"], await SearchAsync("cut", "alpha beta gamma", _ => { }));
        Assert.Equal(2, (await SearchAsync("cut", "alpha beta gamma", body => body["threshold"] = 0)).Length);
        Assert.Equal(["alpha beta gamma"], await SearchAsync("cut", "alpha beta gamma", body => body["threshold"] = 1));
        Assert.Single(await SearchAsync("cut", "alpha beta gamma", body => (body["threshold"], body["top_k"]) = (0, 1)));
    }

    [Theory]
    [InlineData("""{"filters":{"user_id":"u"}}""")]
    [InlineData("""{"query":"","filters":{"user_id":"u"}}""")]
    [InlineData("""{"query":"x"}""")]
    [InlineData("""{"query":"x","filters":{"user_id":"u"},"top_k":0}""")]
    [InlineData("""{"query":"x","filters":{"user_id":"u"},"top_k":1001}""")]
    [InlineData("""{"query":"x","filters":{"user_id":"u"},"threshold":1.5}""")]
    [InlineData("""{"query":"x","filters":{"user_id":"u"},"top_k":"ten"}""")]
    public async Task A_search_out_of_bounds_is_refused(string body) => Assert.Equal(400, (await server.PostAsync("/v3/memories/search/", body)).Status);

    [Fact]
    public async Task Scores_never_leave_0_to_1_and_fall()
    {
        for (var i = 0; i < 30; i++)
        {
            await server.AddAsync("scores", string.Join(' ', Enumerable.Range(0, i + 1).Select(word => word.ToString(CultureInfo.InvariantCulture) + "th word")));
        }

        var scores = (await server.PostAsync("/v3/memories/search/", """{"query":"12th word word word","threshold":0,"top_k":30,"filters":{"user_id":"scores"}}"""))
            .Body.GetProperty("results").EnumerateArray().Select(memory => memory.GetProperty("score").GetDouble()).ToArray();
        Assert.Equal(30, scores.Length);
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.All(scores, score => Assert.InRange(score, 0, 1));
    }

    private async Task<string[]> SearchAsync(string user, string query, Action<Dictionary<string, object>> more)
    {
        var body = new Dictionary<string, object> { ["query"] = query, ["filters"] = new { user_id = user } };
        more(body);
        return Mem0TestServer.Texts((await server.PostAsync("/v3/memories/search/", body)).Body.GetProperty("results"));
    }

    private static string? Text(JsonElement memory, string field) => memory.GetProperty(field).GetString();
}
