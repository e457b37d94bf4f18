using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Tests.Dashboard;

/// <summary>One's single sessions: seen, ended one by one or together; nobody else's.</summary>
public sealed class SessionsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_session_is_listed_with_when_and_from_where()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var browser = await TwiceAsync(rig);
        var sessions = (await browser.GetFromJsonAsync<JsonArray>(new Uri("/api/sessions", UriKind.Relative), Stop))!;
        Assert.Equal(["phone", "desk"], sessions.Select(session => session!["agent"]!.GetValue<string>()));
        Assert.Equal([false, true], sessions.Select(session => session!["current"]!.GetValue<bool>()));
        Assert.Equal(TimeSpan.FromMinutes(5), sessions[0]!["created_at"]!.GetValue<DateTimeOffset>() - sessions[1]!["created_at"]!.GetValue<DateTimeOffset>());
        Assert.All(sessions, session => Assert.InRange(rig.Time.GetUtcNow() - session!["seen_at"]!.GetValue<DateTimeOffset>(), TimeSpan.Zero, TimeSpan.FromMinutes(6)));
        Assert.DoesNotContain("hash", sessions.ToJsonString(), StringComparison.Ordinal);
        var page = await browser.GetStringAsync(new Uri("/sessions", UriKind.Relative), Stop);
        Assert.Contains("You are signed in 2 times", page, StringComparison.Ordinal);
        Assert.Contains("phone", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_is_ended_and_the_other_goes_on()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var browser = await TwiceAsync(rig);
        var phone = (await ListAsync(rig))[0];
        Assert.Equal(HttpStatusCode.NoContent, (await browser.DeleteAsync(new Uri("/api/sessions/" + phone.Id, UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.DeleteAsync(new Uri("/api/sessions/" + phone.Id, UriKind.Relative), Stop)).StatusCode);
        Assert.Equal("desk", Assert.Single(await ListAsync(rig)).Agent);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri("/sessions", UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(("session-end", phone.Id), ((await rig.Keepers[0].Audit.ListAsync(new AuditFilter(), Stop))[0].Entry.Action, (await rig.Keepers[0].Audit.ListAsync(new AuditFilter(), Stop))[0].Entry.Object));
    }

    [Fact]
    public async Task All_others_are_ended_and_then_all()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var browser = await TwiceAsync(rig);
        var answer = await browser.DeleteAsync(new Uri("/api/sessions?keep_current=true", UriKind.Relative), Stop);
        Assert.Equal(1, (await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!["ended"]!.GetValue<int>());
        using var form = new FormUrlEncodedContent([]);
        Assert.Equal("/sign-in", (await browser.PostAsync(new Uri("/sessions/end", UriKind.Relative), form, Stop)).Headers.Location!.ToString());
        Assert.Empty(await ListAsync(rig));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(new Uri("/sessions", UriKind.Relative), Stop)).StatusCode);
    }

    [Fact]
    public async Task Somebody_elses_session_is_neither_seen_nor_ended_by_an_administrator_of_the_page()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var browser = await TwiceAsync(rig);
        using var other = await rig.WithTokenAsync(Role.Admin);
        Assert.Empty((await other.GetFromJsonAsync<JsonArray>(new Uri("/api/sessions", UriKind.Relative), Stop))!);
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync(new Uri("/api/sessions/" + (await ListAsync(rig))[0].Id, UriKind.Relative), Stop)).StatusCode);
        await other.DeleteAsync(new Uri("/api/sessions", UriKind.Relative), Stop);
        Assert.Equal(2, (await ListAsync(rig)).Count);
    }

    [Fact]
    public void A_role_and_the_projects_beside_it_are_always_true_together()
    {
        var session = new SessionRecord("session-1", "openid-1", "asha", [new ProjectGrant(Role.Admin, ["one"]), new ProjectGrant(Role.Viewer, null)])
        {
            SignedInAt = default,
            CreatedAt = default,
            SeenAt = default,
            EndsAt = default,
        };
        string[] kept = ["zero", "one"];
        var (admin, viewer, usual) = (session.CallerFor("one", kept), session.CallerFor("two", kept), session.CallerFor(null, kept));
        Assert.Equal((Role.Admin, "one"), (admin.Role, Assert.Single(admin.Projects!)));
        Assert.Equal((Role.Viewer, (IReadOnlyList<string>?)null), (viewer.Role, viewer.Projects));
        Assert.Equal(Role.Viewer, usual.Role);
        Assert.True(admin.MayVisit("two") && !admin.MaySee("two"));
        Assert.Equal(session.Grants.Select(grant => $"{grant.Role} {string.Join(',', grant.Projects ?? ["*"])}"), ProjectGrant.Split(ProjectGrant.Join(session.Grants)).Select(grant => $"{grant.Role} {string.Join(',', grant.Projects ?? ["*"])}"));
    }

    private static Task<IReadOnlyList<SessionRecord>> ListAsync(DashboardRig rig) => rig.Sessions.ListAsync(null, rig.Time.GetUtcNow(), new AccessPolicy(), Stop);

    // The browser at the desk; the phone came five minutes later with the same token.
    private static async Task<HttpClient> TwiceAsync(DashboardRig rig)
    {
        var (_, token) = await rig.Access.CreateAsync("asha", Role.Viewer, null, rig.Time.GetUtcNow(), null, setup: false, Stop);
        var desk = await SignInAsync(rig, token, "desk");
        rig.Time.Advance(TimeSpan.FromMinutes(5));
        (await SignInAsync(rig, token, "phone")).Dispose();
        return desk;
    }

    private static async Task<HttpClient> SignInAsync(DashboardRig rig, string token, string agent)
    {
        var client = rig.Anonymous();
        client.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
        using var form = new FormUrlEncodedContent([new("token", token)]);
        var answer = await client.PostAsync(new Uri("/sign-in", UriKind.Relative), form, Stop);
        client.DefaultRequestHeaders.Add("Cookie", answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        client.DefaultRequestHeaders.Add("Origin", "http://localhost");
        return client;
    }
}
