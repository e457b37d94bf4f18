using System.Text.Json.Nodes;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.PostgreSql;
using CacheKeeper.Scheduling;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using Npgsql;

namespace CacheKeeper.EndToEnd;

/// <summary>The page in a real browser, on real PostgreSQL, with hostile text in the ledger: from the set-up link to an undo.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const string Hostile = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";
    private static readonly string[] Pages = ["/", "/tiers", "/runs", "/schedule", "/health"];

    private readonly string folder = Directory.CreateTempSubdirectory("cachekeeper-page-").FullName;
    private readonly List<string> complaints = [];
    private SandboxHost? sandbox;
    private ProjectsHost? projects;
    private WebApplication? app;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task From_the_setup_link_to_an_undo_without_a_complaint_of_the_browser_or_of_axe()
    {
        Assert.SkipWhen(!File.Exists(Chromium), "There is no /usr/bin/chromium here (apt-get install chromium).");
        Assert.SkipWhen(PostgreSqlBinaries.Find() is null, PostgreSqlBinaries.Missing);
        var address = await StartAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        await using var late = TestContext.Current.CancellationToken.Register(playwright.Dispose);
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        page.Console += (_, message) => { if (message.Type is "error" or "warning") { complaints.Add($"{page.Url}: {message.Text}"); } };
        page.PageError += (_, error) => complaints.Add($"{page.Url}: {error}");
        page.Request += (_, request) => { if (!request.Url.StartsWith(address, StringComparison.Ordinal)) { complaints.Add("asked elsewhere: " + request.Url); } };

        var token = await new AccessStore(projects!.State).NewSetupAsync(TimeProvider.System.GetUtcNow(), new AccessPolicy(), Stop);
        await page.GotoAsync($"{address}/setup#{token}");
        await JudgeAsync(page, "setup");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("cache of");
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var path in Pages)
            {
                await page.GotoAsync(address + path);
                await JudgeAsync(page, $"{path.Trim('/')}-{scheme}".TrimStart('-').ToLowerInvariant());
            }
        }

        await page.GotoAsync(address + "/runs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the plan" }).ClickAsync();
        await JudgeAsync(page, "plan");
        await page.GetByLabel("to apply it").FillAsync("remove 15");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Removed 15 of 15");
        await JudgeAsync(page, "run");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo this run" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Takes back");

        await page.SetViewportSizeAsync(375, 800);
        foreach (var path in Pages)
        {
            await page.GotoAsync(address + path);
            await JudgeAsync(page, $"{path.Trim('/')}-phone".TrimStart('-'));
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), path + " is wider than a phone");
        }

        Assert.Equal("Health · CacheKeeper", await page.TitleAsync());
        Assert.Empty(complaints);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (projects?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (sandbox?.DisposeAsync() ?? ValueTask.CompletedTask);

        Directory.Delete(folder, recursive: true);
    }

    private async Task<string> StartAsync()
    {
        sandbox = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, Stop);
        var project = sandbox.Endpoints.Project;
        await using (var gateway = NpgsqlDataSource.Create(CacheKeeper.Tiers.PostgresConnectionHost.Parse(sandbox.Endpoints.DatabaseUrl)))
        await using (var command = gateway.CreateCommand(
            """
            INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, created_at, ttl_seconds)
            SELECT md5($1 || n), 'q' || n, 'a' || n, $1, '<b>general</b>', 'agent', now() - interval '1 day', CASE WHEN n <= 15 THEN 3600 ELSE 864000 END FROM generate_series(1, 120) n
            """))
        {
            command.Parameters.AddWithValue(project);
            await command.ExecuteNonQueryAsync(Stop);
        }

        var config = Path.Combine(folder, "cachekeeper.json");
        var settings = new JsonObject
        {
            ["project"] = project,
            ["postgresql"] = new JsonObject { ["url"] = sandbox.Endpoints.KeeperDatabaseUrl },
            ["upstash"] = new JsonObject { ["url"] = sandbox.Endpoints.UpstashUrl, ["token"] = sandbox.Endpoints.UpstashToken },
            ["state"] = new JsonObject { ["directory"] = Path.Combine(folder, "state") },
        };
        await File.WriteAllTextAsync(config, settings.ToJsonString(), Stop);
        projects = await ProjectsHost.OpenAsync(config, null, TimeProvider.System, NullLoggerFactory.Instance, Stop);
        var keeper = projects.Default;
        var run = await keeper.Runs.BeginAsync(new RunRecord { Run = "", Job = "light-cleanup", Project = project, StartedAt = TimeProvider.System.GetUtcNow().AddHours(-3), Node = Hostile, Trigger = RunTrigger.Schedule }, Stop);
        await keeper.Runs.CompleteAsync(run!.Run, new JobResult(RunOutcome.Done, Hostile) { Counts = new JsonObject { ["removed"] = Hostile } }, TimeProvider.System.GetUtcNow(), Stop);
        app = DaemonHost.Create(projects, "http://127.0.0.1:0", NullLoggerFactory.Instance);
        await app.StartAsync(Stop);
        return app.Urls.First();
    }

    // Axe judges every page; with CACHEKEEPER_SCREENSHOTS a picture is kept for a person to judge.
    private static async Task JudgeAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("CACHEKEEPER_SCREENSHOTS") is { Length: > 0 } pictures)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(pictures, name + ".png"), FullPage = true });
        }

        var judged = await page.RunAxe();
        Assert.True(judged.Violations.Length == 0, name + ": " + string.Join("; ", judged.Violations.Select(violation => $"{violation.Id}: {violation.Nodes[0].Html}")));
    }
}
