using System.Net;
using System.Text.Json.Nodes;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Access.OpenId;
using CacheKeeper.Storage;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Tests.Dashboard;

/// <summary>Signing in through a real provider on loopback, true and false.</summary>
public sealed class OpenIdTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private OpenIdProvider _provider = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _provider = await OpenIdProvider.StartAsync(Stop);

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_person_of_a_granted_group_is_signed_in_with_its_role()
    {
        await using var rig = await StartAsync();
        _provider.Person = Person("operators");
        var (answer, cookie) = await SignInAsync(rig, "/runs");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("0; url=/runs", answer.Headers.GetValues("Refresh").Single());
        using var browser = As(rig, cookie!);
        var page = await browser.GetStringAsync(new Uri("/settings?project=one", UriKind.Relative), Stop);
        Assert.Contains("asha@example.test (operator)", page, StringComparison.Ordinal);
        var line = (await rig.Keepers[0].Audit.ListAsync(new AuditFilter(), Stop))[0].Entry;
        Assert.Equal(("sign-in", "done"), (line.Action, line.Result));
        Assert.StartsWith("asha@example.test (openid-", line.Actor.Who, StringComparison.Ordinal);
        Assert.DoesNotContain("the-subject", line.Actor.Who, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Falsehood.Nonce)]
    [InlineData(Falsehood.NoNonce)]
    [InlineData(Falsehood.Issuer)]
    [InlineData(Falsehood.Audience)]
    [InlineData(Falsehood.Signature)]
    [InlineData(Falsehood.UnknownKey)]
    [InlineData(Falsehood.Unsigned)]
    [InlineData(Falsehood.SignatureLeftOut)]
    [InlineData(Falsehood.Expired)]
    public async Task A_token_that_is_not_what_it_must_be_opens_nothing(Falsehood falsehood)
    {
        await using var rig = await StartAsync();
        (_provider.Person, _provider.Falsehood) = (Person("operators"), falsehood);
        var (answer, cookie) = await SignInAsync(rig);
        Assert.Equal(1, _provider.Exchanged);
        Assert.Equal((HttpStatusCode.Unauthorized, (string?)null), (answer.StatusCode, cookie));
        Assert.Empty(await rig.Sessions.ListAsync(null, rig.Time.GetUtcNow(), new AccessPolicy(), Stop));
        Assert.Equal("refused", (await rig.Keepers[0].Audit.ListAsync(new AuditFilter(), Stop))[0].Entry.Result);
    }

    [Fact]
    public async Task A_person_whom_no_grant_names_gets_nothing()
    {
        await using var rig = await StartAsync();
        _provider.Person = Person("accounting", "operator", "Operators");
        var (answer, cookie) = await SignInAsync(rig);
        Assert.Equal((HttpStatusCode.Forbidden, (string?)null), (answer.StatusCode, cookie));
        Assert.Contains("nothing here is open to you", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_way_back_that_this_browser_did_not_begin_is_refused()
    {
        await using var rig = await StartAsync();
        _provider.Person = Person("operators");
        var (back, cookies) = await ThroughProviderAsync(rig, "/");
        using var other = rig.Anonymous();
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync(back, Stop)).StatusCode);
        using var own = rig.Anonymous();
        own.DefaultRequestHeaders.Add("Cookie", cookies);
        using var changed = new HttpRequestMessage(HttpMethod.Get, back.Replace("state=", "state=x", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, (await own.SendAsync(changed, Stop)).StatusCode);
        Assert.Equal(0, _provider.Exchanged);
    }

    [Fact]
    public async Task Another_role_in_another_project_and_none_in_the_rest()
    {
        await using var rig = await StartAsync();
        _provider.Person = Person("operators", "readers");
        var (_, cookie) = await SignInAsync(rig);
        using var browser = As(rig, cookie!);
        browser.DefaultRequestHeaders.Add("Origin", "http://localhost");
        Assert.Equal(HttpStatusCode.Created, await StatusAsync(browser, HttpMethod.Post, "/api/plans?project=one"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, HttpMethod.Get, "/api/cache/metrics?project=two"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(browser, HttpMethod.Post, "/api/plans?project=two"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(browser, HttpMethod.Get, "/api/cache/metrics?project=three"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(browser, HttpMethod.Get, "/api/tokens"));
        Assert.Equal("""["one","two"]""", JsonNode.Parse(await browser.GetStringAsync(new Uri("/api/projects?project=two", UriKind.Relative), Stop))!.ToJsonString());
    }

    [Fact]
    public async Task An_administrator_of_one_project_hands_out_tokens_of_that_one_only()
    {
        await using var rig = await StartAsync();
        _provider.Person = Person("admins", "readers");
        var (_, cookie) = await SignInAsync(rig);
        using var browser = As(rig, cookie!);
        browser.DefaultRequestHeaders.Add("Origin", "http://localhost");
        async Task<HttpStatusCode> MakeAsync(string project) =>
            (await browser.PostAsync(new Uri("/api/tokens?project=one", UriKind.Relative), new StringContent($$"""{"name":"robot","role":"admin","projects":["{{project}}"]}"""), Stop)).StatusCode;
        Assert.Equal(HttpStatusCode.Created, await MakeAsync("one"));
        Assert.Equal(HttpStatusCode.BadRequest, await MakeAsync("two"));
    }

    [Fact]
    public async Task The_session_is_bounded_and_ended_like_any_other()
    {
        await using var rig = await StartAsync();
        _provider.Person = Person("operators");
        var (_, cookie) = await SignInAsync(rig);
        using var browser = As(rig, cookie!);
        rig.Time.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(browser, HttpMethod.Get, "/"));

        var (_, second) = await SignInAsync(rig);
        using var again = As(rig, second!);
        for (var minutes = 0; minutes < 12 * 60; minutes += 10)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(again, HttpMethod.Get, "/api/projects"));
            rig.Time.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(again, HttpMethod.Get, "/api/projects"));
        var (_, third) = await SignInAsync(rig);
        using var last = As(rig, third!);
        Assert.True(await rig.Sessions.EndAsync(Assert.Single(await rig.Sessions.ListAsync(null, rig.Time.GetUtcNow(), new AccessPolicy(), Stop)).Id, null, Stop));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(last, HttpMethod.Get, "/api/projects"));
    }

    [Fact]
    public async Task A_sign_in_that_the_provider_says_is_old_is_not_fresh_enough_to_remove()
    {
        await using var rig = await StartAsync();
        _provider.Person = Person("admins");
        _provider.Person["auth_time"] = DateTimeOffset.UtcNow.AddHours(-2).ToUnixTimeSeconds();
        var (_, cookie) = await SignInAsync(rig);
        using var browser = As(rig, cookie!);
        browser.DefaultRequestHeaders.Add("Origin", "http://localhost");
        var answer = await browser.PostAsync(new Uri("/api/tokens?project=one", UriKind.Relative), new StringContent("""{"name":"robot","role":"viewer","projects":["one"]}"""), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("a recent sign-in", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_way_of_signing_in_that_is_asked_for_is_held_to()
    {
        await using var rig = await StartAsync(openId => openId with { Acr = "two-factors" });
        _provider.Person = Person("operators");
        Assert.Equal(HttpStatusCode.Forbidden, (await SignInAsync(rig)).Answer.StatusCode);
        _provider.Person["acr"] = "two-factors";
        Assert.NotNull((await SignInAsync(rig)).Cookie);
    }

    [Fact]
    public async Task Groups_that_only_the_user_information_endpoint_tells_count_when_it_is_asked()
    {
        (_provider.Person, _provider.UserInfo) = (new() { ["sub"] = "the-subject" }, Person("accounting", "operators"));
        await using var without = await StartAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await SignInAsync(without)).Answer.StatusCode);
        await using var rig = await StartAsync(openId => openId with { UserInfo = true });
        Assert.NotNull((await SignInAsync(rig)).Cookie);
        _provider.UserInfo["sub"] = "somebody-else";
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(rig)).Answer.StatusCode);
    }

    [Fact]
    public async Task What_the_discovery_document_calls_itself_does_not_count()
    {
        await using var rig = await StartAsync();
        (_provider.Person, _provider.Falsehood) = (Person("operators"), Falsehood.Discovery);
        Assert.NotNull((await SignInAsync(rig)).Cookie);
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_is_told_and_leaves_the_other_ways_open()
    {
        await using var rig = await StartAsync(openId => openId with { Authority = "http://127.0.0.1:9" });
        using var browser = rig.Anonymous();
        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync(browser, HttpMethod.Get, "/sign-in/provider"));
        Assert.Contains("Sign in through the test", await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_is_missing_stops_the_start()
    {
        var mistake = await Assert.ThrowsAsync<KeeperException>(() => StartAsync(openId => openId with { ClientSecret = new Secret { Env = "CACHEKEEPER_TEST_NOT_SET" } }));
        Assert.Contains("web.openId.clientSecret (variable CACHEKEEPER_TEST_NOT_SET) is empty", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_provider_nothing_is_offered()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var browser = rig.Anonymous();
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(browser, HttpMethod.Get, "/sign-in/provider"));
        Assert.DoesNotContain("through", await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative), Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"web":{"openId":{"authority":"http://idp.example","clientId":"keeper"}}}""", "web.openId.authority")]
    [InlineData("""{"web":{"openId":{"authority":"https://idp.example"}}}""", "web.openId.clientId")]
    [InlineData("""{"web":{"openId":{"authority":"https://idp.example","clientId":"keeper","clientSecret":"in the file"}}}""", "web.openId.clientSecret")]
    [InlineData("""{"web":{"openId":{"authority":"https://idp.example","clientId":"keeper","grants":[{"value":"a","role":"viewer"}]}}}""", "web.openId.grants")]
    [InlineData("""{"web":{"openId":{"authority":"https://idp.example","clientId":"keeper","grants":[{"value":"a","role":"application","projects":["*"]}]}}}""", "web.openId.grants")]
    public void What_cannot_be_meant_is_told_with_its_path(string settings, string path) =>
        Assert.Contains(SettingsBinder.Bind<KeeperSettings>((JsonObject)JsonNode.Parse(settings)!).Errors, error => error.StartsWith(path, StringComparison.Ordinal));

    private static Dictionary<string, object> Person(params string[] groups) =>
        new() { ["sub"] = "the-subject", ["preferred_username"] = "asha@example.test", ["groups"] = groups };

    private async Task<DashboardRig> StartAsync(Func<OpenIdSettings, OpenIdSettings>? change = null)
    {
        var secret = Path.Combine(_folder.Path, "secret");
        await File.WriteAllTextAsync(secret, OpenIdProvider.ClientSecret + "\n", Stop);
        var openId = new OpenIdSettings
        {
            Authority = _provider.Address,
            ClientId = OpenIdProvider.ClientId,
            ClientSecret = new Secret { File = secret },
            Title = "the test",
            Grants =
            [
                new OpenIdGrantSettings { Value = "operators", Role = Role.Operator, Projects = ["one"] },
                new OpenIdGrantSettings { Value = "admins", Role = Role.Admin, Projects = ["one"] },
                new OpenIdGrantSettings { Value = "readers", Role = Role.Viewer, Projects = ["one", "two"] },
            ],
        };
        var web = new WebSettings { OpenId = change is null ? openId : change(openId) };
        return await DashboardRig.StartAsync([.. new[] { "one", "two", "three" }.Select(project => new KeeperSettings { Project = project, Web = web })]);
    }

    private static async Task<(HttpResponseMessage Answer, string? Cookie)> SignInAsync(DashboardRig rig, string back = "/")
    {
        var (path, cookies) = await ThroughProviderAsync(rig, back);
        using var browser = rig.Anonymous();
        browser.DefaultRequestHeaders.Add("Cookie", cookies);
        var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), Stop);
        var session = answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.FirstOrDefault(one => one.StartsWith("cachekeeper=", StringComparison.Ordinal)) : null;
        Assert.True(session is null || (session.Contains("samesite=strict", StringComparison.OrdinalIgnoreCase) && session.Contains("httponly", StringComparison.OrdinalIgnoreCase)));
        return (answer, session?.Split(';')[0]);
    }

    // The browser's part: to the provider with what the keeper gave it, and back with the code.
    private static async Task<(string Back, string Cookies)> ThroughProviderAsync(DashboardRig rig, string back)
    {
        using var browser = rig.Anonymous();
        var begun = await browser.GetAsync(new Uri("/sign-in/provider?return=" + Uri.EscapeDataString(back), UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        using var web = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var through = await web.GetAsync(begun.Headers.Location, Stop);
        Assert.True(through.Headers.Location is not null, await through.Content.ReadAsStringAsync(Stop));
        Assert.StartsWith("http://localhost/sign-in/provider/back?", through.Headers.Location.ToString(), StringComparison.Ordinal);
        return (through.Headers.Location.PathAndQuery, string.Join("; ", begun.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0])));
    }

    private static HttpClient As(DashboardRig rig, string cookie)
    {
        var browser = rig.Anonymous();
        browser.DefaultRequestHeaders.Add("Cookie", cookie);
        return browser;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = method == HttpMethod.Post ? new StringContent("{}") : null;
        return (await client.SendAsync(request, Stop)).StatusCode;
    }
}
