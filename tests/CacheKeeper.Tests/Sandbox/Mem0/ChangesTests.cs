using System.Text.Json;

namespace CacheKeeper.Tests.Sandbox.Mem0;

/// <summary>Updates, deletes, batches, history, entities and events of the platform, by raw HTTP.</summary>
public sealed class ChangesTests(Mem0TestServer server) : IClassFixture<Mem0TestServer>
{
    private const string Unknown = "00000000-0000-4000-8000-000000000000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/v1/memories/{0}/")]
    [InlineData("PUT", "/v1/memories/{0}/")]
    [InlineData("DELETE", "/v1/memories/{0}/")]
    [InlineData("GET", "/v1/memories/{0}/history/")]
    public async Task An_id_that_is_no_uuid_is_400_and_an_unknown_one_404(string method, string path)
    {
        var body = method == "PUT" ? new { text = "x" } : null;
        Assert.Equal(400, (await server.SendAsync(new HttpMethod(method), string.Format(null, path, "no-uuid"), body)).Status);
        Assert.Equal(404, (await server.SendAsync(new HttpMethod(method), string.Format(null, path, Unknown), body)).Status);
    }

    [Fact]
    public async Task An_update_answers_the_memory_and_null_clears_the_expiration()
    {
        var id = await server.AddAsync("update", "Before", body => (body["expiration_date"], body["metadata"]) = ("2026-12-01", new { a = 1, b = 2 }));
        var text = await server.PutAsync($"/v1/memories/{id}/", new { text = "After" });
        Assert.Equal(("After", "2026-12-01"), (text.Text("memory"), text.Text("expiration_date")));
        Assert.True(text.Body.TryGetProperty("lifecycle_state", out _));
        var metadata = await server.PutAsync($"/v1/memories/{id}/", new { metadata = new { b = 3 } });
        Assert.Equal("""{"b":3}""", metadata.Text("metadata"));
        var cleared = await server.PutAsync($"/v1/memories/{id}/", """{"expiration_date":null}""");
        Assert.Equal(JsonValueKind.Null, cleared.Body.GetProperty("expiration_date").ValueKind);
        var dated = await server.PutAsync($"/v1/memories/{id}/", """{"timestamp":"2026-01-02T03:04:05Z"}""");
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), dated.Body.GetProperty("created_at").GetDateTimeOffset());
        Assert.Equal(400, (await server.PutAsync($"/v1/memories/{id}/", new { })).Status);
        Assert.Equal(400, (await server.PutAsync($"/v1/memories/{id}/", new { text = "" })).Status);
    }

    [Theory]
    [InlineData("""{"text":"\ud800"}""")]
    [InlineData("""{"text":7}""")]
    [InlineData("""{"timestamp":1e300}""")]
    [InlineData("""{"timestamp":"someday"}""")]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("""{"expiration_date":20260801}""")]
    public async Task An_update_with_a_field_that_is_none_is_refused_and_disturbs_nobody(string body)
    {
        var id = await server.AddAsync("disturbed", "Stays " + body);
        var answers = await Task.WhenAll(
            server.PutAsync($"/v1/memories/{id}/", body), server.PostAsync("/v3/memories/add/", """{"user_id":"beside","infer":false,"messages":[{"role":"user","content":"x"}]}"""));
        Assert.Equal([400, 200], answers.Select(answer => answer.Status));
        Assert.Equal("Stays " + body, (await server.GetAsync($"/v1/memories/{id}/")).Text("memory"));
    }

    [Fact]
    public async Task An_updated_text_is_found_by_its_new_words()
    {
        var id = await server.AddAsync("reworded", "apples and pears");
        await server.PutAsync($"/v1/memories/{id}/", new { text = "cherries and plums" });
        var found = await server.PostAsync("/v3/memories/search/", """{"query":"cherries plums","filters":{"user_id":"reworded"}}""");
        Assert.Equal("cherries and plums", found.Body.GetProperty("results")[0].GetProperty("memory").GetString());
        var gone = await server.PostAsync("/v3/memories/search/", """{"query":"apples pears","filters":{"user_id":"reworded"}}""");
        Assert.Equal(0, gone.Body.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task What_is_immutable_is_refused_alone_and_in_a_batch_that_then_changes_nothing()
    {
        var fixedId = await server.AddAsync("fixed", "Never changes", body => body["immutable"] = true);
        var other = await server.AddAsync("fixed", "May change");
        Assert.Equal(400, (await server.PutAsync($"/v1/memories/{fixedId}/", new { text = "x" })).Status);
        var batch = await server.PutAsync("/v1/batch/", new { memories = new[] { new { memory_id = other, text = "Changed" }, new { memory_id = fixedId, text = "x" } } });
        Assert.Equal(400, batch.Status);
        Assert.Equal(["May change", "Never changes"], await server.ListAsync(new { user_id = "fixed" }));
        Assert.Equal(200, (await server.DeleteAsync($"/v1/memories/{fixedId}/")).Status);
    }

    [Fact]
    public async Task A_deleted_memory_is_gone_but_its_history_stays()
    {
        var id = await server.AddAsync("history", "First");
        await server.PutAsync($"/v1/memories/{id}/", new { text = "Second" });
        var deleted = await server.DeleteAsync($"/v1/memories/{id}/");
        Assert.Equal("Memory deleted successfully!", deleted.Text("message"));
        Assert.False(deleted.Body.TryGetProperty("cascade_count", out _));
        Assert.Equal(404, (await server.GetAsync($"/v1/memories/{id}/")).Status);
        Assert.Equal(404, (await server.DeleteAsync($"/v1/memories/{id}/")).Status);
        var history = (await server.GetAsync($"/v1/memories/{id}/history/")).Body.EnumerateArray().ToArray();
        Assert.Equal(["ADD", "UPDATE", "DELETE"], history.Select(entry => entry.GetProperty("event").GetString()));
        Assert.Equal(("First", "Second"), (history[1].GetProperty("old_memory").GetString(), history[1].GetProperty("new_memory").GetString()));
        Assert.All(history, entry => Assert.True(entry.TryGetProperty("session_id", out _) && entry.GetProperty("input").ValueKind == JsonValueKind.Array));
        var all = await server.GetAsync("/v1/memories/events/?page=1&limit=2");
        Assert.Equal(2, all.Body.GetProperty("results").GetArrayLength());
        Assert.True(all.Body.GetProperty("count").GetInt32() >= 3);
    }

    [Fact]
    public async Task Delete_linked_takes_along_what_the_memory_superseded_and_nothing_else()
    {
        var ids = new List<string>();
        foreach (var text in new[] { "Oldest", "Older", "Newest", "Neighbour" })
        {
            ids.Add(await server.AddAsync("linked", text));
        }

        await server.PostAsync("/sandbox/mark", new { memories = new[] { new { memory_id = ids[0], replaced_by = ids[1] }, new { memory_id = ids[1], replaced_by = ids[2] } } });
        var deleted = await server.DeleteAsync($"/v1/memories/{ids[2]}/?delete_linked=true");
        Assert.Equal(2, deleted.Body.GetProperty("cascade_count").GetInt32());
        Assert.Equal(["Neighbour"], await server.ListAsync(new { user_id = "linked" }));
    }

    [Fact]
    public async Task A_batch_updates_and_deletes_by_id()
    {
        var one = await server.AddAsync("batch", "One");
        var two = await server.AddAsync("batch", "Two");
        var updated = await server.PutAsync("/v1/batch/", new { memories = new object[] { new { memory_id = one, text = "Uno" }, new { memory_id = two, metadata = new { n = 2 } } } });
        Assert.Equal("Successfully updated 2 memories", updated.Text("message"));
        Assert.Equal(["Two", "Uno"], await server.ListAsync(new { user_id = "batch" }));
        Assert.Equal("""{"n":2}""", (await server.GetAsync($"/v1/memories/{two}/")).Text("metadata"));
        var deleted = await server.DeleteAsync("/v1/batch/", new { memories = new[] { new { memory_id = one }, new { memory_id = two } } });
        Assert.Equal("Successfully deleted 2 memories", deleted.Text("message"));
        Assert.Empty(await server.ListAsync(new { user_id = "batch" }));
    }

    [Fact]
    public async Task A_batch_takes_a_thousand_and_refuses_one_more_naming_the_maximum()
    {
        object Batch(int count) => new { memories = Enumerable.Range(0, count).Select(number => new { memory_id = Guid.NewGuid(), text = "x" }) };
        Assert.Equal(200, (await server.DeleteAsync("/v1/batch/", Batch(1000))).Status);
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete])
        {
            var refused = await server.SendAsync(method, "/v1/batch/", Batch(1001));
            Assert.Equal(400, refused.Status);
            Assert.Contains("1000", refused.Text("error"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"memories":[]}""")]
    [InlineData("""{"memories":[{"memory_id":"no-uuid","text":"x"}]}""")]
    [InlineData("""{"memories":["00000000-0000-4000-8000-000000000000"]}""")]
    [InlineData("""{"delete_criteria":{"user_id":"u"}}""")]
    public async Task A_batch_without_ids_is_refused(string body)
    {
        Assert.Equal(400, (await server.PutAsync("/v1/batch/", body)).Status);
        Assert.Equal(400, (await server.DeleteAsync("/v1/batch/", body)).Status);
    }

    [Fact]
    public async Task Delete_by_entity_is_accepted_first_and_done_later()
    {
        await server.AddAsync("leaver", "One");
        await server.AddAsync("leaver", "Two", body => body["metadata"] = new { keep = false });
        await server.AddAsync("stayer", "Three");
        var some = await server.DeleteAsync("/v1/memories/?user_id=leaver&metadata=" + Uri.EscapeDataString("""{"keep":false}"""));
        Assert.StartsWith("Delete in progress", some.Text("message"), StringComparison.Ordinal);
        await server.Server.WhenIdleAsync(Cancel);
        Assert.Equal(["One"], await server.ListAsync(new { user_id = "leaver" }));
        var all = await server.DeleteAsync("/v1/memories/?user_id=leaver");
        await server.Server.WhenIdleAsync(Cancel);
        Assert.Equal(("DELETE_ALL", "SUCCEEDED"), ((await server.GetAsync($"/v1/event/{all.Text("event_id")}/")).Text("event_type"), (await server.GetAsync($"/v1/event/{all.Text("event_id")}/")).Text("status")));
        Assert.Empty(await server.ListAsync(new { user_id = "leaver" }));
        Assert.Equal(["Three"], await server.ListAsync(new { user_id = "stayer" }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?user_id=")]
    [InlineData("?user_id=%20")]
    [InlineData("?user_id=u&agent_id=")]
    [InlineData("?metadata=%7B%7D")]
    [InlineData("?user_id=u&metadata=x")]
    public async Task Delete_by_entity_without_an_id_is_refused(string query) => Assert.Equal(400, (await server.DeleteAsync("/v1/memories/" + query)).Status);

    [Fact]
    public async Task Entities_are_listed_with_totals_and_deleted_with_their_memories()
    {
        const string Name = "m/o d%2F&é?";
        await server.AddAsync(Name, "One");
        await server.AddAsync(Name, "Two");
        var list = await server.GetAsync("/v1/entities/");
        var entity = list.Body.GetProperty("results").EnumerateArray().Single(item => item.GetProperty("name").GetString() == Name);
        Assert.Equal(("user", 2), (entity.GetProperty("type").GetString(), entity.GetProperty("total_memories").GetInt32()));
        Assert.True(list.Body.GetProperty("total_users").GetInt32() >= 1);
        var path = $"/v2/entities/user/{Uri.EscapeDataString(Name)}/";
        Assert.Equal(Name, (await server.GetAsync(path)).Text("name"));
        Assert.Equal(2, (await server.GetAsync($"/v1/memories/user/{Uri.EscapeDataString(Name)}/")).Body.GetProperty("count").GetInt32());
        var deleted = await server.DeleteAsync(path);
        Assert.NotEmpty(deleted.Text("event_id"));
        await server.Server.WhenIdleAsync(Cancel);
        Assert.Empty(await server.ListAsync(new { user_id = Name }));
        Assert.Equal(404, (await server.GetAsync(path)).Status);
        var bad = await server.GetAsync("/v2/entities/robot/x/");
        Assert.Equal(400, bad.Status);
        Assert.NotEmpty(bad.Text("message"));
    }

    [Fact]
    public async Task Entities_can_be_made_and_deleted_by_number()
    {
        var made = await server.PostAsync("/v1/agents/", new { agent_id = "made" });
        Assert.Equal(201, made.Status);
        Assert.Equal(200, (await server.DeleteAsync($"/v1/entities/agent/{made.Text("id")}/")).Status);
        await server.Server.WhenIdleAsync(Cancel);
        Assert.Equal(404, (await server.GetAsync("/v2/entities/agent/made/")).Status);
        Assert.Equal(200, (await server.GetAsync("/v1/entities/filters/")).Status);
    }

    [Fact]
    public async Task Unknown_events_are_404_and_all_events_come_in_pages()
    {
        Assert.Equal(404, (await server.GetAsync($"/v1/event/{Unknown}/")).Status);
        await server.AddAsync("events", "Something");
        Assert.True((await server.GetAsync("/v1/events/?page=1&page_size=1")).Body.GetProperty("count").GetInt32() >= 1);
        Assert.Equal(404, (await server.GetAsync($"/v1/events/{Unknown}/")).Status);
    }

    [Fact]
    public async Task Feedback_exports_summary_and_stats_answer()
    {
        var id = await server.AddAsync("account", "Likes tea");
        Assert.Equal("NEGATIVE", (await server.PostAsync("/v1/feedback/", new { memory_id = id, feedback = "NEGATIVE", feedback_reason = "wrong" })).Text("feedback"));
        Assert.Equal(400, (await server.PostAsync("/v1/feedback/", new { memory_id = id, feedback = "BAD" })).Status);
        Assert.Equal(404, (await server.PostAsync("/v1/feedback/", new { memory_id = Unknown, feedback = "POSITIVE" })).Status);
        Assert.Equal("Likes tea", (await server.PostAsync("/v1/summary/", """{"filters":{"user_id":"account"}}""")).Text("summary"));

        Assert.Equal(404, (await server.PostAsync("/v1/exports/get/", """{"filters":{"user_id":"nobody"}}""")).Status);
        var made = await server.PostAsync("/v1/exports/", """{"filters":{"AND":[{"user_id":"account"}]},"schema":{"type":"object","properties":{"facts":{"type":"array","items":{"type":"string"}}}}}""");
        Assert.Equal(201, made.Status);
        var export = await server.PostAsync("/v1/exports/get/", new { memory_export_id = made.Text("id") });
        Assert.Equal("Likes tea", export.Body.GetProperty("facts")[0].GetString());

        var stats = (await server.GetAsync("/v1/stats/")).Body;
        Assert.True(stats.GetProperty("total_memories").GetInt32() >= 1);
        Assert.True(stats.GetProperty("total_users_with_memories").GetInt32() >= 1);
        Assert.True(stats.GetProperty("total_add_events").GetInt32() >= 1);
    }

    [Fact]
    public async Task The_first_and_second_versions_still_answer_in_their_shapes()
    {
        await server.AddAsync("legacy", "Alpha beta");
        var refused = await server.GetAsync("/v1/memories/?limit=1");
        Assert.Equal((400, JsonValueKind.String), (refused.Status, refused.Body[0].ValueKind));
        var bare = await server.GetAsync("/v1/memories/?user_id=legacy");
        Assert.Equal((JsonValueKind.Array, true), (bare.Body.ValueKind, bare.Body[0].TryGetProperty("lifecycle_state", out _)));
        Assert.Equal(1, (await server.GetAsync("/v1/memories/?user_id=legacy&page=1&page_size=10")).Body.GetProperty("count").GetInt32());
        Assert.Equal("Alpha beta", (await server.PostAsync("/v2/memories/", """{"filters":{"user_id":"legacy"}}""")).Body[0].GetProperty("memory").GetString());
        Assert.Equal(JsonValueKind.Array, (await server.PostAsync("/v2/memories/search/", """{"query":"alpha","filters":{"user_id":"legacy"}}""")).Body.ValueKind);
        Assert.Equal(1, (await server.PostAsync("/v1/memories/search/", """{"query":"alpha","user_id":"legacy"}""")).Body.GetArrayLength());
        var wrapped = await server.PostAsync("/v1/memories/search/", """{"query":"alpha","user_id":"legacy","output_format":"v1.1"}""");
        Assert.Equal((1, 0), (wrapped.Body.GetProperty("results").GetArrayLength(), wrapped.Body.GetProperty("relations").GetArrayLength()));
        var arrays = await server.PostAsync("/v2/memories/", """{"filters":{"AND":[{"user_id":"legacy"},{"NOT":[{"agent_id":"x"}]}]}}""");
        Assert.Equal(1, arrays.Body.GetArrayLength());
    }

    [Fact]
    public async Task The_first_version_of_add_answers_an_array_or_an_object()
    {
        const string Messages = """ "user_id":"oldadd","messages":[{"role":"user","content":"I like green tea a lot."}] """;
        var pending = await server.PostAsync("/v1/memories/", $$"""{ {{Messages}} }""");
        Assert.Equal("PENDING", pending.Body[0].GetProperty("status").GetString());
        await server.Server.WhenIdleAsync(Cancel);
        Assert.Single(await server.ListAsync(new { user_id = "oldadd" }));
        var wrapped = await server.PostAsync("/v1/memories/", $$"""{ {{Messages}}, "output_format":"v1.1","version":"v2"}""");
        Assert.Equal(1, wrapped.Body.GetProperty("results").GetArrayLength());
        var direct = await server.PostAsync("/v1/memories/", $$"""{ {{Messages}}, "async_mode":false,"infer":false,"run_id":"r"}""");
        Assert.Equal("ADD", direct.Body[0].GetProperty("event").GetString());
    }

    [Fact]
    public async Task Organisations_projects_and_members_are_kept()
    {
        const string Base = "/api/v1/orgs/organizations/";
        Assert.Equal(JsonValueKind.Array, (await server.GetAsync(Base)).Body.ValueKind);
        var made = await server.PostAsync(Base, new { name = "Mine" });
        Assert.Equal(201, made.Status);
        var org = Base + made.Text("org_id") + "/";
        var project = await server.PostAsync(org + "projects/", new { name = "P" });
        var projectPath = org + "projects/" + project.Text("project_id") + "/";
        Assert.Equal("Project updated successfully", (await server.SendAsync(HttpMethod.Patch, projectPath, new { decay = true })).Text("message"));
        Assert.True((await server.GetAsync(projectPath + "?fields=decay")).Body.GetProperty("decay").GetBoolean());
        Assert.Equal(200, (await server.PostAsync(projectPath + "members/", new { email = "a@b", role = "OWNER" })).Status);
        Assert.Equal(1, (await server.GetAsync(projectPath + "members/")).Body.GetProperty("members").GetArrayLength());
        Assert.Equal(200, (await server.DeleteAsync(projectPath)).Status);
        Assert.Equal(404, (await server.GetAsync(projectPath)).Status);
        Assert.Equal(200, (await server.DeleteAsync(org)).Status);
    }
}
