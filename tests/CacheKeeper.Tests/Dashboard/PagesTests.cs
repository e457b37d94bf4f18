using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Alerts;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Dashboard.Pages;
using CacheKeeper.Health;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CsCheck;
using Npgsql;

namespace CacheKeeper.Tests.Dashboard;

public sealed class PagesTests(SandboxFixture sandbox)
{
    private const string Hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Nothing_is_called_well_while_somebody_is_asked_for()
    {
        var at = DateTimeOffset.UnixEpoch;
        var health = HealthReport.Of("one", at, []) with { OverallHealth = "healthy" };
        var view = new LiveView("one", at, health, [], null, null, []);
        var alert = new AlertState { Fingerprint = "f", Rule = "r" };
        Assert.Equal("The cache of one is well", OverviewPage.Verdict(view with { Firing = [alert with { Severity = AlertSeverity.Warning }] }));
        Assert.Equal("The cache of one answers, and somebody is needed", OverviewPage.Verdict(view with { Firing = [alert with { Severity = AlertSeverity.Critical }] }));
    }

    [Fact]
    public void A_value_never_becomes_markup() => Gen.String.Sample(text =>
    {
        var markup = Html.Of($"<p title=\"{text}\">{text}</p>").Markup;
        Assert.Equal(2, markup.Count(letter => letter == '<'));
        Assert.Equal(2, markup.Count(letter => letter == '"'));
    });

    [Fact]
    public async Task Without_tiers_every_figure_is_unknown_and_says_why()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Application, "one");
        var metrics = (await client.GetFromJsonAsync<JsonObject>(new Uri("/api/cache/metrics", UriKind.Relative), Stop))!;
        Assert.All(["hit_ratio", "response_time", "memory_efficiency"], name =>
        {
            Assert.True(metrics.ContainsKey(name));
            Assert.Null(metrics[name]);
            Assert.NotEqual("", metrics["unknown"]![name]!.GetValue<string>());
        });
    }

    [Fact]
    public async Task Who_watches_at_the_same_moment_sees_a_page_of_ones_own()
    {
        await using var rig = await DashboardRig.StartAsync(new KeeperSettings { Project = "one" }, new KeeperSettings { Project = "two" });
        using var admin = await rig.WithTokenAsync(Role.Admin);
        using var viewer = await rig.WithTokenAsync(Role.Viewer, "one");
        using var wider = await rig.WithTokenAsync(Role.Viewer);
        Assert.Contains("project=two", await wider.GetStringAsync(new Uri("/?project=one", UriKind.Relative), Stop), StringComparison.Ordinal);
        var first = await admin.GetStringAsync(new Uri("/?project=one", UriKind.Relative), Stop);
        var second = await viewer.GetStringAsync(new Uri("/?project=one", UriKind.Relative), Stop);
        Assert.Contains("(admin)", first, StringComparison.Ordinal);
        Assert.Contains("project=two", first, StringComparison.Ordinal);
        Assert.Contains("(viewer)", second, StringComparison.Ordinal);
        Assert.DoesNotContain("two", second, StringComparison.Ordinal);
        Assert.DoesNotContain("/audit", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_in_the_ledger_stays_text_on_every_page()
    {
        await using var rig = await DashboardRig.StartAsync(new KeeperSettings { Project = "one" });
        var run = await rig.Keepers[0].Runs.BeginAsync(
            new RunRecord { Run = "", Job = "light-cleanup", Project = "one", StartedAt = rig.Time.GetUtcNow(), Node = Hostile, Trigger = RunTrigger.Api }, Stop);
        await rig.Keepers[0].Runs.CompleteAsync(run!.Run, new JobResult(RunOutcome.Done, Hostile) { Counts = new JsonObject { [Hostile] = Hostile } }, rig.Time.GetUtcNow(), Stop);
        using var client = await rig.WithTokenAsync(Role.Admin);
        foreach (var path in new[] { "/", "/tiers", "/health", "/schedule", "/runs", $"/runs/{run.Run}", "/runs/none", "/plans/none", "/sign-in?return=" + Uri.EscapeDataString("/" + Hostile) })
        {
            var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Stop);
            var page = await answer.Content.ReadAsStringAsync(Stop);
            Assert.DoesNotContain("<script>alert", page);
            Assert.DoesNotContain("<img", page);
            Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.True((int)answer.StatusCode < 500);
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"mode":"everything"}""")]
    [InlineData("""{"max_row":5}""")]
    [InlineData("""{"allow_share":7}""")]
    [InlineData("""{"tier":["cloud"]}""")]
    public async Task A_bad_request_is_told_and_never_runs(string body)
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Operator);
        using var content = new StringContent(body);
        var answer = await client.PostAsync(new Uri("/api/plans", UriKind.Relative), content, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Empty(await rig.Keepers[0].Runs.ListAsync(new RunFilter(), Stop));
    }

    [Fact]
    public async Task A_plan_made_applied_and_taken_back_through_the_api_leaves_the_table_as_it_was()
    {
        var (owner, keeper) = await sandbox.NewDatabaseUrlsAsync();
        var project = sandbox.NewProject();
        await using var gateway = NpgsqlDataSource.Create(CacheKeeper.Tiers.PostgresConnectionHost.Parse(owner));
        await FillAsync(gateway, project);
        await using var rig = await DashboardRig.StartAsync(new KeeperSettings { Project = project, Postgresql = new() { Url = new Secret { Text = keeper } } });
        using var client = await rig.WithTokenAsync(Role.Operator);

        var plan = await PostAsync(client, "/api/plans", """{"mode":"light","allow_share":1}""");
        Assert.Equal(30, plan["counts"]!["planned"]!.GetValue<int>());
        Assert.Equal(100, await CountAsync(gateway, project));
        var run = await PostAsync(client, $"/api/plans/{plan["plan"]!["plan"]}/apply", """{"allow_share":1,"pace":"full"}""");
        Assert.Equal("done", run["outcome"]!.GetValue<string>());
        Assert.Equal(70, await CountAsync(gateway, project));
        Assert.Equal("refused", (await PostAsync(client, $"/api/plans/{plan["plan"]!["plan"]}/apply", """{"allow_share":1,"pace":"full"}"""))["outcome"]!.GetValue<string>());
        Assert.Equal("done", (await PostAsync(client, $"/api/runs/{run["run"]}/undo", ""))["outcome"]!.GetValue<string>());
        Assert.Equal(100, await CountAsync(gateway, project));

        var page = await client.GetStringAsync(new Uri("/", UriKind.Relative), Stop);
        Assert.Contains("100 entries in PostgreSQL", page);
        Assert.Contains("was taken back", page);
    }

    private static async Task<JsonObject> PostAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body);
        var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, Stop);
        return (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!;
    }

    private static async Task FillAsync(NpgsqlDataSource gateway, string project)
    {
        await using var command = gateway.CreateCommand(
            """
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, created_at, ttl_seconds)
            SELECT md5($1 || n), 'q' || n, 'a' || n, $1, 'general', 'agent', now() - interval '1 day', CASE WHEN n <= 30 THEN 3600 ELSE 864000 END FROM generate_series(1, 100) n
            """);
        command.Parameters.AddWithValue(project);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static async Task<long> CountAsync(NpgsqlDataSource gateway, string project)
    {
        await using var command = gateway.CreateCommand("SELECT count(*) FROM cache_entries WHERE project_name = $1");
        command.Parameters.AddWithValue(project);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
