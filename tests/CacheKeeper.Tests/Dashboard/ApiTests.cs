using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CacheKeeper.Tests.Dashboard;

public sealed class ApiTests
{
    private static readonly string[] Pages = ["/", "/tiers", "/entries", "/trends", "/runs", "/schedule", "/alerts", "/health", "/insights", "/backups", "/optimizer", "/audit", "/audit?check=true", "/settings"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_sent_again_with_its_key_is_made_once()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Operator, "one");
        client.DefaultRequestHeaders.Add("Idempotency-Key", "k1");
        var (first, again) = (await PostAsync(client, "/api/plans", "{}"), await PostAsync(client, "/api/plans", "{}"));
        Assert.Equal(await first.Content.ReadAsStringAsync(Stop), await again.Content.ReadAsStringAsync(Stop));
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, again.StatusCode));
        Assert.True(again.Headers.Contains("Idempotent-Replay"));
        Assert.Single(await rig.Keepers[0].Runs.ListAsync(new RunFilter { Project = "one" }, Stop));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(client, "/api/plans", """{"mode":"deep"}""")).StatusCode);
        rig.Time.Advance(TimeSpan.FromDays(2));
        using var later = await rig.WithTokenAsync(Role.Operator, "one");
        later.DefaultRequestHeaders.Add("Idempotency-Key", "k1");
        Assert.False((await PostAsync(later, "/api/plans", "{}")).Headers.Contains("Idempotent-Replay"));
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Viewer, "one");
        var first = await client.GetAsync(new Uri("/api/settings", UriKind.Relative), Stop);
        client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);
        var again = await client.GetAsync(new Uri("/api/settings", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task The_description_names_every_route_of_the_api_with_its_right()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Application, "one");
        var document = (await client.GetFromJsonAsync<JsonObject>(new Uri("/api/openapi.json", UriKind.Relative), Stop))!;
        var routes = rig.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method.ToLowerInvariant()} {route.RoutePattern.RawText}")).Order().ToList();
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(one => (Name: $"{one.Key} {path.Key}", About: one.Value!))).ToList();
        Assert.Equal(routes, operations.Select(one => one.Name).Order());
        Assert.All(operations, one => Assert.NotEqual("", one.About["summary"]!.GetValue<string>()));
        Assert.All(operations, one => Assert.NotNull(one.About["x-right"]));
        Assert.Distinct(operations.Select(one => one.About["operationId"]!.GetValue<string>()));
        Assert.Equal("integer", document["paths"]!["/api/commands/cleanup/light"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!["properties"]!["max_rows"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_page_opens_without_tiers_and_says_what_is_not_known()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Admin);
        foreach (var path in Pages)
        {
            var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Stop);
            var page = await answer.Content.ReadAsStringAsync(Stop);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
            Assert.Contains("<h1>", page);
            Assert.DoesNotContain("style=\"", page);
        }
    }

    [Fact]
    public async Task A_series_is_read_with_what_we_did_ourselves()
    {
        await using var rig = await DashboardRig.StartAsync();
        var now = rig.Time.GetUtcNow();
        await new SampleStore(rig.State).WriteAsync("one", [new Sample("hit_ratio", now.AddMinutes(-10), 0.5), new Sample("hit_ratio", now.AddMinutes(-5), 0.75)], Stop);
        using var client = await rig.WithTokenAsync(Role.Application, "one");
        var series = (await client.GetFromJsonAsync<JsonObject>(new Uri("/api/metrics/series/hit_ratio", UriKind.Relative), Stop))!;
        Assert.Equal([0.5, 0.75], series["values"]!.AsArray().Select(value => value!.GetValue<double>()));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync(new Uri("/api/metrics/series/nonsense", UriKind.Relative), Stop)).StatusCode);
        using var viewer = await rig.WithTokenAsync(Role.Viewer, "one");
        Assert.Contains("data-series=\"hit_ratio\"", await viewer.GetStringAsync(new Uri("/trends", UriKind.Relative), Stop));
    }

    [Fact]
    public async Task A_form_runs_the_command_under_the_callers_name_and_a_job_only_when_its_name_is_typed()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Operator, "one");
        using var pause = new FormUrlEncodedContent([new("job", "backup"), new("until", "4h"), new("reason", "moving")]);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync(new Uri("/do/scheduler/pause", UriKind.Relative), pause, Stop)).StatusCode);
        Assert.True((await rig.Keepers[0].SchedulerNotes.PausesAsync(Stop)).ContainsKey("backup"));
        using var run = new FormUrlEncodedContent([new("job", "light-cleanup"), new("words", "deep-cleanup")]);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync(new Uri("/do/scheduler/run", UriKind.Relative), run, Stop)).StatusCode);
        Assert.Empty(await rig.Keepers[0].Runs.ListAsync(new RunFilter { Project = "one" }, Stop));
    }

    [Theory]
    [InlineData("/sign-in", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nhalf")]
    [InlineData("/do/scheduler/resume", "multipart/form-data; boundary=x", "nothing")]
    [InlineData("/plans", "text/plain", "mode=light")]
    [InlineData("/api/commands/cleanup/light", "application/json", """{"tier":"upstash","tier":"mem0"}""")]
    [InlineData("/api/commands/cleanup/light", "application/json", """{"args":["--tier"]}""")]
    public async Task A_damaged_form_or_body_is_the_callers_mistake(string path, string type, string body)
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Operator, "one");
        using var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, Stop);
        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string body) => client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body), Stop);
}
