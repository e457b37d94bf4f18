using System.Net;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CacheKeeper.Tests.Dashboard;

public sealed class AccessTests
{
    private static readonly string[] Open = ["GET /assets/{name}", "GET /favicon.ico", "GET /ack", "POST /ack", "GET /setup", "POST /setup", "GET /sign-in", "POST /sign-in", "GET /sign-in/provider", "POST /sign-out", "POST /api/hooks/{hook}", "GET /{**rest}"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_names_its_right_and_only_sign_in_and_signed_links_are_open()
    {
        await using var rig = await DashboardRig.StartAsync();
        var routes = Routes(rig);
        Assert.NotEmpty(routes);
        Assert.Empty(routes.Where(route => route.Policy is null && !route.IsOpen).Select(route => route.Name));
        Assert.Equal(Open.Order(), routes.Where(route => route.IsOpen).Select(route => route.Name).Order());
    }

    [Fact]
    public async Task Each_role_passes_exactly_the_routes_its_right_names()
    {
        await using var rig = await DashboardRig.StartAsync();
        foreach (var route in Routes(rig).Where(route => !route.IsOpen && !route.Name.Contains("/api/events")))
        {
            Assert.Contains((await SendAsync(rig.Anonymous(), route)).StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Redirect });
            foreach (var role in Enum.GetValues<Role>())
            {
                using var client = await rig.WithTokenAsync(role, "one");
                var status = (await SendAsync(client, route)).StatusCode;
                var may = Rights.Roles[route.Policy!].Contains(role);
                Assert.True(may == (status is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)), $"{role} on {route.Name}: {status}");
                Assert.True(status is not HttpStatusCode.InternalServerError, $"{role} on {route.Name}: {status}");
            }
        }
    }

    [Fact]
    public async Task Another_project_does_not_exist_for_a_token_of_one()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Admin, "one");
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(client, "/api/cache/metrics?project=two")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(client, "/api/cache/metrics?project=one")).StatusCode);
    }

    [Fact]
    public async Task The_setup_link_works_once()
    {
        await using var rig = await DashboardRig.StartAsync();
        var token = await rig.Access.NewSetupAsync(rig.Time.GetUtcNow(), new AccessPolicy(), Stop);
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(rig.Anonymous(), "/setup", ("token", token!))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(rig.Anonymous(), "/setup", ("token", token!))).StatusCode);
        Assert.Null(await rig.Access.NewSetupAsync(rig.Time.GetUtcNow(), new AccessPolicy(), Stop));
    }

    [Fact]
    public async Task A_session_ends_when_idle_when_old_and_when_signed_out()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var browser = await rig.SignedInAsync();
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(browser, "/")).StatusCode);
        rig.Time.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.Redirect, (await GetAsync(browser, "/")).StatusCode);

        var cookie = await SessionAsync(rig);
        for (var minutes = 0; minutes < 12 * 60; minutes += 10)
        {
            Assert.NotNull(await rig.Sessions.FindAsync(cookie, true, rig.Time.GetUtcNow(), new AccessPolicy(), Stop));
            rig.Time.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Null(await rig.Sessions.FindAsync(cookie, true, rig.Time.GetUtcNow(), new AccessPolicy(), Stop));

        var second = await SessionAsync(rig);
        await rig.Sessions.SignOutAsync(second, Stop);
        Assert.Null(await rig.Sessions.FindAsync(second, true, rig.Time.GetUtcNow(), new AccessPolicy(), Stop));
    }

    [Fact]
    public async Task What_the_page_asks_by_itself_does_not_keep_a_session_alive()
    {
        await using var rig = await DashboardRig.StartAsync();
        var cookie = await SessionAsync(rig);
        rig.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull(await rig.Sessions.FindAsync(cookie, false, rig.Time.GetUtcNow(), new AccessPolicy(), Stop));
        rig.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Null(await rig.Sessions.FindAsync(cookie, false, rig.Time.GetUtcNow(), new AccessPolicy(), Stop));
    }

    [Fact]
    public async Task A_revoked_token_ends_its_sessions()
    {
        await using var rig = await DashboardRig.StartAsync();
        var cookie = await SessionAsync(rig);
        Assert.True(await rig.Access.RevokeAsync((await rig.Access.ListAsync(Stop))[0].Id, rig.Time.GetUtcNow(), Stop));
        Assert.Null(await rig.Sessions.FindAsync(cookie, true, rig.Time.GetUtcNow(), new AccessPolicy(), Stop));
    }

    [Fact]
    public async Task A_session_that_began_while_its_token_was_revoked_is_none()
    {
        await using var rig = await DashboardRig.StartAsync();
        var cookie = await SessionAsync(rig);
        await rig.State.ExecuteAsync("UPDATE access_tokens SET revoked_at = 1", null, Stop);
        Assert.Null(await rig.Sessions.FindAsync(cookie, true, rig.Time.GetUtcNow(), new AccessPolicy(), Stop));
        Assert.Empty(await rig.Sessions.ListAsync(null, rig.Time.GetUtcNow(), new AccessPolicy(), Stop));
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once_by_who_revoked_it_and_after_a_second_by_others()
    {
        await using var rig = await DashboardRig.StartAsync();
        await using var elsewhere = await StateStore.OpenAsync(rig.State.Location, Stop);
        var another = new AccessStore(elsewhere);
        var (token, text) = await rig.Access.CreateAsync("robot", Role.Viewer, null, rig.Time.GetUtcNow(), null, setup: false, Stop);
        Assert.NotNull(await FindAsync(rig.Access));
        Assert.NotNull(await FindAsync(another));

        Assert.True(await another.RevokeAsync(token.Id, rig.Time.GetUtcNow(), Stop));
        Assert.Null(await FindAsync(another));
        rig.Time.Advance(RememberedTokens.For);
        Assert.NotNull(await FindAsync(rig.Access));
        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await FindAsync(rig.Access));

        Task<Caller?> FindAsync(AccessStore store) => store.FindTokenAsync(text, rig.Time.GetUtcNow(), Stop);
    }

    [Fact]
    public async Task Events_end_when_the_token_they_were_asked_with_is_revoked()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Viewer);
        var token = (await rig.Access.ListAsync(Stop)).Single();
        using var reader = new StreamReader(await client.GetStreamAsync(new Uri("/api/events", UriKind.Relative), Stop));
        Assert.Equal("event: live", await reader.ReadLineAsync(Stop));
        await rig.Access.RevokeAsync(token.Id, rig.Time.GetUtcNow(), Stop);
        var ended = reader.ReadToEndAsync(Stop);
        while (!ended.IsCompleted)
        {
            Stop.ThrowIfCancellationRequested();
            rig.Time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        Assert.DoesNotContain("event: live", await ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_wrong_tokens_lock_and_then_even_the_right_one_waits()
    {
        await using var rig = await DashboardRig.StartAsync();
        var (_, right) = await rig.Access.CreateAsync("someone", Role.Viewer, null, rig.Time.GetUtcNow(), null, setup: false, Stop);
        for (var guess = 0; guess < 10; guess++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(rig.Anonymous(), "/sign-in", ("token", "ck_guess" + guess))).StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(rig.Anonymous(), "/sign-in", ("token", right))).StatusCode);
        rig.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(rig.Anonymous(), "/sign-in", ("token", right))).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Forbidden)]
    [InlineData("http://localhost", HttpStatusCode.SeeOther)]
    public async Task A_change_with_a_cookie_must_come_from_our_own_page(string? origin, HttpStatusCode expected)
    {
        await using var rig = await DashboardRig.StartAsync();
        using var browser = await rig.SignedInAsync();
        if (origin is not null)
        {
            browser.DefaultRequestHeaders.Add("Origin", origin);
        }

        Assert.Equal(expected, (await PostAsync(browser, "/plans", ("mode", "light"))).StatusCode);
    }

    [Fact]
    public async Task Signing_in_and_every_change_are_in_the_audit_log_with_name_and_address()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var browser = await rig.SignedInAsync();
        await PostAsync(rig.Anonymous(), "/sign-in", ("token", "ck_wrong"));
        using var admin = await rig.WithTokenAsync(Role.Admin);
        var made = await admin.PostAsync(new Uri("/api/tokens", UriKind.Relative), new StringContent("""{"name":"robot","role":"viewer"}"""), Stop);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        await admin.PostAsync(new Uri("/api/plans", UriKind.Relative), new StringContent("{}"), Stop);
        var lines = (await rig.Keepers[0].Audit.ListAsync(new AuditFilter(), Stop)).Reverse().Select(line => line.Entry).ToList();
        Assert.Equal(["first-sign-in done", "sign-in refused", "token-create begun", "token-create done", "light-cleanup dry_run"], lines.Select(line => $"{line.Action} {line.Result}"));
        Assert.StartsWith("administrator (token-", lines[0].Actor.Who);
        Assert.StartsWith("page, ", lines[0].Actor.From);
        Assert.Equal("nobody", lines[1].Actor.Who);
        Assert.All(lines.Skip(2), line => Assert.StartsWith("test (token-", line.Actor.Who));
        Assert.All(lines.Skip(2), line => Assert.StartsWith("API, ", line.Actor.From));
    }

    [Fact]
    public async Task The_tokens_text_is_nowhere_in_the_state()
    {
        await using var rig = await DashboardRig.StartAsync();
        var (_, text) = await rig.Access.CreateAsync("someone", Role.Viewer, null, rig.Time.GetUtcNow(), null, setup: false, Stop);
        var rows = await rig.State.QueryAsync<string>("SELECT id || name || hash || role FROM access_tokens", null, Stop);
        Assert.DoesNotContain(rows, row => row.Contains(text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/runs?project=one", "/runs?project=one")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData(null, "/")]
    public void Signing_in_leads_back_only_to_our_own_pages(string? wanted, string expected) => Assert.Equal(expected, CacheKeeper.Dashboard.Pages.SignInEndpoints.Back(wanted));

    private static async Task<string> SessionAsync(DashboardRig rig)
    {
        var (_, text) = await rig.Access.CreateAsync("someone", Role.Viewer, null, rig.Time.GetUtcNow(), null, setup: false, Stop);
        return (await rig.Access.SignInAsync(text, setup: false, SessionOrigin.None, rig.Time.GetUtcNow(), new AccessPolicy(), Stop))!;
    }

    private static IReadOnlyList<Route> Routes(DashboardRig rig) =>
    [
        .. rig.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
            endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => new Route(
                method, endpoint.RoutePattern.RawText!, endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy, endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null))),
    ];

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string path) => client.GetAsync(new Uri(path, UriKind.Relative), Stop);

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await client.PostAsync(new Uri(path, UriKind.Relative), form, Stop);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Route route)
    {
        var path = route.Path.Replace("{run}", "run-2026-01-01-0001").Replace("{plan}", "plan-1").Replace("{id}", "token-1").Replace("{tier}", "upstash").Replace("{name}", "hit_ratio");
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), path);
        if (route.Method == "POST")
        {
            request.Content = path.StartsWith("/api", StringComparison.Ordinal) ? new StringContent("{}") : new FormUrlEncodedContent([new("mode", "light")]);
        }

        return await client.SendAsync(request, Stop);
    }

    private sealed record Route(string Method, string Path, string? Policy, bool IsOpen)
    {
        public string Name => $"{Method} {Path}";
    }
}
