using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Commands;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Tests.Dashboard;

public sealed class CommandsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_command_is_offered_with_a_right_or_kept_here_with_a_reason()
    {
        var verbs = CommandTree.Leaves().Select(leaf => leaf.Verb).ToList();
        Assert.DoesNotContain(verbs, verb => !RemoteVerbs.Rights.ContainsKey(verb) && !RemoteVerbs.OnlyHere.ContainsKey(verb));
        Assert.Empty(RemoteVerbs.Rights.Keys.Intersect(RemoteVerbs.OnlyHere.Keys));
    }

    [Fact]
    public async Task A_command_answers_with_the_document_that_json_prints()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Operator, "one");
        var plan = await client.PostAsJsonAsync(new Uri("/api/commands/cleanup/light", UriKind.Relative), new { dry_run = true, max_rows = 10 }, Stop);
        var run = (await plan.Content.ReadFromJsonAsync<JsonObject>(Stop))!;
        Assert.Equal(("dry_run", "one"), (run["outcome"]!.GetValue<string>(), run["project"]!.GetValue<string>()));
        var history = (await client.GetFromJsonAsync<JsonArray>(new Uri("/api/commands/scheduler/history?limit=5", UriKind.Relative), Stop))!;
        Assert.Equal(run["run"]!.GetValue<string>(), history.Single()!["run"]!.GetValue<string>());
        Assert.StartsWith("test (token-", (await rig.Keepers[0].Audit.ListAsync(new AuditFilter(), Stop))[0].Entry.Actor.Who);
    }

    [Theory]
    [InlineData("scheduler/history", """{"args":["--config","/etc/passwd"]}""")]
    [InlineData("scheduler/history", """{"args":["--project=two"]}""")]
    [InlineData("scheduler/history", """{"args":["--server","http://127.0.0.1"]}""")]
    [InlineData("scheduler/history", """{"args":["@/etc/passwd"]}""")]
    [InlineData("scheduler/history", """{"limit_":5}""")]
    [InlineData("scheduler/history", """{"args":[{"a":1}]}""")]
    [InlineData("scheduler/history", """[1]""")]
    [InlineData("debug/why", "{}")]
    public async Task What_a_caller_may_not_say_is_refused_in_words(string verb, string body)
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Viewer, "one");
        var answer = await client.PostAsync(new Uri("/api/commands/" + verb, UriKind.Relative), new StringContent(body), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_words_of_a_command_come_as_they_are_said_and_its_exit_code_last()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Operator, "two");
        client.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        var answer = await client.PostAsync(new Uri("/api/commands/scheduler/pause?project=two", UriKind.Relative), new StringContent("""{"args":["light-cleanup","--for-nothing"]}"""), Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.Contains("event: error", text);
        Assert.EndsWith("event: exit\ndata: 2\n\n", text);
        answer = await client.PostAsync(new Uri("/api/commands/scheduler/pause?project=two", UriKind.Relative), new StringContent("""{"args":["light-cleanup","--reason","a move"]}"""), Stop);
        text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.Contains("light-cleanup is", text);
        Assert.EndsWith("event: exit\ndata: 0\n\n", text);
        Assert.Single(await rig.Keepers[1].SchedulerNotes.PausesAsync(Stop));
        Assert.Empty(await rig.Keepers[0].SchedulerNotes.PausesAsync(Stop));
    }

    [Fact]
    public void What_is_sent_elsewhere_is_what_was_typed_without_what_concerns_this_side()
    {
        var parsed = CommandLineHost.CreateRoot().Parse(["--server", "http://x", "cleanup", "category", "--project=one", "upi faq", "--token-file", "t", "--dry-run", "--json", "--max-rows=3"]);
        Assert.Empty(parsed.Errors);
        Assert.Equal(["cleanup", "category"], RemoteClient.Verb(parsed));
        Assert.Equal(["upi faq", "--dry-run", "--json", "--max-rows", "3"], RemoteClient.Arguments(parsed));
    }
}
