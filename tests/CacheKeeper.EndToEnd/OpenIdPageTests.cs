using CacheKeeper.Dashboard;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Access.OpenId;
using CacheKeeper.Storage;
using CacheKeeper.Tests.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;

namespace CacheKeeper.EndToEnd;

/// <summary>Signing in through a provider of another site, in a real browser with its own ideas of which cookies to send.</summary>
public sealed class OpenIdPageTests
{
    private const string Chromium = "/usr/bin/chromium";
    private const string SecretVariable = "CACHEKEEPER_TEST_OPENID_SECRET";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task The_way_leads_through_the_provider_back_to_the_page_that_was_asked_for()
    {
        Assert.SkipWhen(!File.Exists(Chromium), "There is no /usr/bin/chromium here (apt-get install chromium).");
        var folder = Directory.CreateTempSubdirectory("cachekeeper-openid-").FullName;
        try
        {
            await using var provider = await OpenIdProvider.StartAsync(Stop, "localhost");
            provider.Person = new() { ["sub"] = "1", ["preferred_username"] = "asha", ["groups"] = new[] { "readers" } };
            await using var state = await StateStore.OpenAsync(new StateLocation(folder), Stop);
            await using var keeper = KeeperHost.Open(Settings(provider), state, TimeProvider.System, NullLoggerFactory.Instance);
            await using var app = await StartAsync(keeper);
            await BrowseAsync(app.Urls.First(), TestContext.Current.CancellationToken);
            Assert.Equal("asha", Assert.Single(await new SessionStore(state).ListAsync(null, TimeProvider.System.GetUtcNow(), new AccessPolicy(), Stop)).Name);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task BrowseAsync(string address, CancellationToken late)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        await using var closing = late.Register(playwright.Dispose);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(address + "/sessions");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in through the test" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Sessions");
        Assert.Equal(address + "/sessions", page.Url);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You are signed in here and nowhere else.");
        await page.GetByRole(AriaRole.Button, new() { Name = "End all of them" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Sign in");
        await page.GotoAsync(address + "/sessions");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in through the test" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Sessions");
    }

    private static KeeperSettings Settings(OpenIdProvider provider)
    {
        Environment.SetEnvironmentVariable(SecretVariable, OpenIdProvider.ClientSecret);
        return new KeeperSettings
        {
            Project = "one",
            Web = new WebSettings
            {
                OpenId = new OpenIdSettings
                {
                    Authority = provider.Address,
                    ClientId = OpenIdProvider.ClientId,
                    ClientSecret = new Secret { Env = SecretVariable },
                    Title = "the test",
                    Grants = [new OpenIdGrantSettings { Value = "readers", Role = Role.Viewer, Projects = ["*"] }],
                },
            },
        };
    }

    private static async Task<WebApplication> StartAsync(KeeperHost keeper)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDashboard([keeper]);
        var app = builder.Build();
        app.MapDashboard();
        await app.StartAsync(Stop);
        return app;
    }
}
