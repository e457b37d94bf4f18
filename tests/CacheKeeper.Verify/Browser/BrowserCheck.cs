using CacheKeeper.Backup;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Sandbox;
using CacheKeeper.Sandbox.PostgreSql;
using CacheKeeper.Verify.Hostile;
using CacheKeeper.Verify.Security;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace CacheKeeper.Verify.Browser;

/// <summary>Every page in a real browser while every text in the tiers and in the keeper's state is an attack; and the whole way from sign-in to undo by keyboard.</summary>
internal sealed class BrowserCheck : ICheck
{
    private const string Chromium = "/usr/bin/chromium";
    private const int Entries = 120;
    private static readonly (int Width, int Height, string Word)[] Screens = [(360, 740, "phone"), (1280, 900, "desk")];

    /// <summary>Each ends what it stands in, or is taken for markup where it is not encoded; any that runs opens a dialogue or asks for a picture.</summary>
    private static readonly string[] Attacks =
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "' onmouseover='alert(1)", "</textarea><script>alert(1)</script>", "javascript:alert(1)", "</title><script>alert(1)</script>",
        "{{7*7}}${7*7}<%= 7*7 %>", "‮gnirts desrever", "wide" + new string('W', 400), "مرحبا\u2028line", "<!--<script>", "&lt;b&gt; & \"quoted\" 'single'", "<a href=//evil.example>x</a>", "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    ];

    public string Name => "browser";

    public string Goal => "every page in Chromium with attacks in every text: no script runs, no complaint of CSP or axe, nothing wider than a phone, nothing asked elsewhere; sign-in to undo by keyboard alone";

    public (int Smoke, int Default, int Full) Tries => (1, 1, 5);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        if (!File.Exists(Chromium) || PostgreSqlBinaries.Find() is null)
        {
            run.SkippedBecause = File.Exists(Chromium) ? PostgreSqlBinaries.Missing : $"there is no {Chromium} (apt-get install chromium)";
            return;
        }

        var folder = Directory.CreateTempSubdirectory("cachekeeper-browser-").FullName;
        try
        {
            await using var sandbox = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
            var ends = sandbox.Endpoints;
            await using var tiers = new HostilePlace(sandbox, ends.Project, ends.DatabaseUrl, ends.KeeperDatabaseUrl, folder, rest: true);
            await tiers.FillAsync(Entries, 2000, new Random(run.Seed), cancellationToken);
            for (var round = 0; round < run.Tries; round++)
            {
                await RoundAsync(run, tiers.Settings with { State = new Storage.StateSettings() }, round, cancellationToken);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RoundAsync(CheckRun run, KeeperSettings settings, int round, CancellationToken cancellationToken)
    {
        await using var place = await WebPlace.StartAsync(null, cancellationToken, settings);
        var keeper = place.Keepers[0];
        await keeper.Runner.RunAsync(new BackupJob("backup", keeper.Backups, new BackupRequest(), false), new Scheduling.JobRequest(keeper.Project, Scheduling.RunTrigger.Manual), cancellationToken);
        var random = new Random(run.Seed + round);
        var fill = new BrowserFill(keeper, [.. Attacks.OrderBy(_ => random.Next())]);
        await fill.FillAsync(cancellationToken);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        var address = place.Address.ToString().TrimEnd('/');
        Watch(page, address, run);
        await ByKeyboardAsync(run, page, address, place, cancellationToken);

        var paths = Paths(place, fill.Run);
        var looks = 0;
        foreach (var (width, height, word) in run.Smoke ? Screens[..1] : Screens)
        {
            await page.SetViewportSizeAsync(width, height);
            foreach (var scheme in run.Smoke ? [round % 2 == 0 ? ColorScheme.Light : ColorScheme.Dark] : new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                foreach (var path in paths)
                {
                    looks++;
                    await page.GotoAsync(address + path);
                    await JudgeAsync(run, page, Picture(path, word, scheme), axe: !run.Smoke);
                }
            }
        }

        run.Fact($"{paths.Count} pages looked at {looks} times{(run.Smoke ? "" : ", each with axe,")} at {string.Join(" and ", (run.Smoke ? Screens[..1] : Screens).Select(screen => screen.Width + " px"))}; first load {await FirstLoadAsync(place, cancellationToken) / 1000.0:0.0} kB compressed at most");
    }

    private static string Picture(string path, string screen, ColorScheme scheme) => $"{path.Split('?')[0].Trim('/').Replace('/', '-')}-{screen}-{scheme}".TrimStart('-').ToLowerInvariant();

    // What the browser itself says: dialogues, complaints (CSP among them), errors, and anything asked of another host or that is no route of ours.
    private static void Watch(IPage page, string address, CheckRun run)
    {
        page.Dialog += (_, dialog) =>
        {
            run.Offend($"a script ran on {page.Url}: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Console += (_, message) => run.Expect(message.Type is not ("error" or "warning") || message.Text.Contains("status of 40", StringComparison.Ordinal), $"{page.Url}: {message.Text}");
        page.PageError += (_, error) => run.Offend($"{page.Url}: {error}");
        page.Request += (_, request) => run.Expect(request.Url.StartsWith(address + "/", StringComparison.Ordinal) && !request.Url.EndsWith("/x", StringComparison.Ordinal), "asked for " + request.Url);
    }

    private static IReadOnlyList<string> Paths(WebPlace place, string run) =>
    [
        .. place.Routes.Where(route => route.Method == "GET" && !route.Path.StartsWith("/api", StringComparison.Ordinal) && !route.Path.StartsWith("/assets", StringComparison.Ordinal) && !route.Path.Contains('{') && route.Path is not ("/favicon.ico" or "/metrics" or "/healthz" or "/readyz")).Select(route => route.Path).Distinct(),
        $"/runs/{run}", "/entries?tier=upstash", "/entries?tier=mem0", "/entries?tier=postgresql&state=expired", "/entries?tier=" + Uri.EscapeDataString(Attacks[0]), "/trends?hours=168", "/audit?check=true", "/sign-in?return=" + Uri.EscapeDataString(Attacks[2]), "/nothing-here",
    ];

    private static async Task ByKeyboardAsync(CheckRun run, IPage page, string address, WebPlace place, CancellationToken cancellationToken)
    {
        var token = await place.Access.NewSetupAsync(DateTimeOffset.UtcNow, new AccessPolicy(), cancellationToken);
        await page.GotoAsync($"{address}/setup#{token}");
        await JudgeAsync(run, page, "setup", axe: true);
        await PressAsync(run, page, "Sign in");
        await PressAsync(run, page, "Runs");
        await PressAsync(run, page, "mode", "l");
        await PressAsync(run, page, "Make the plan");
        await JudgeAsync(run, page, "plan", axe: true);
        await PressAsync(run, page, "words", (await page.Locator("label strong").TextContentAsync())!);
        await PressAsync(run, page, "Apply");
        await JudgeAsync(run, page, "run", axe: true);
        run.Expect((await page.Locator("main").TextContentAsync())!.Contains("Removed", StringComparison.Ordinal), "the plan was not applied by keyboard: " + await page.Locator("main .lead").TextContentAsync());
        await PressAsync(run, page, "Undo this run");
        run.Expect((await page.Locator("main").TextContentAsync())!.Contains("Takes back", StringComparison.Ordinal), "the run was not undone by keyboard");
    }

    // Tab until what is meant has the focus (its words, or the name of a field), then type or press Enter.
    private static async Task PressAsync(CheckRun run, IPage page, string target, string? text = null)
    {
        const int MostTabs = 150;
        for (var tab = 0; tab < MostTabs; tab++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("wanted => { const at = document.activeElement; return at.name === wanted || at.textContent.trim() === wanted; }", target))
            {
                run.Expect(await page.EvaluateAsync<bool>("getComputedStyle(document.activeElement).outlineStyle !== 'none'"), $"{target} does not show that it has the focus");
                if (text is not null)
                {
                    await page.Keyboard.TypeAsync(text);
                    return;
                }

                var before = page.Url;
                await page.Keyboard.PressAsync("Enter");
                await page.WaitForURLAsync(url => url != before);
                return;
            }
        }

        run.Offend($"{target} cannot be reached by Tab on {page.Url}");
        throw new InvalidOperationException($"{target} cannot be reached by Tab");
    }

    private static async Task JudgeAsync(CheckRun run, IPage page, string name, bool axe)
    {
        if (Environment.GetEnvironmentVariable("CACHEKEEPER_SCREENSHOTS") is { Length: > 0 } pictures)
        {
            await page.WaitForTimeoutAsync(300);
            await page.ScreenshotAsync(new() { Path = Path.Combine(pictures, name + ".png"), FullPage = true });
        }

        run.Expect(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} is wider than its screen");
        foreach (var violation in axe ? (await page.RunAxe()).Violations : [])
        {
            run.Offend($"axe on {name}: {violation.Id}: {violation.Nodes[0].Html}");
        }
    }

    // The heaviest page with everything it loads, as it comes over the wire.
    private static async Task<long> FirstLoadAsync(WebPlace place, CancellationToken cancellationToken)
    {
        using var client = await place.WithTokenAsync(Role.Admin, null, cancellationToken);
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br");
        var most = 0L;
        foreach (var path in (string[])["/", "/trends", "/entries", "/settings"])
        {
            var sum = 0L;
            foreach (var part in (string[])[path, "/assets/site.css", "/assets/site.js", "/assets/favicon.svg", .. path == "/trends" ? ["/assets/uplot.css", "/assets/uplot.js", "/assets/trends.js"] : Array.Empty<string>()])
            {
                sum += (await client.GetByteArrayAsync(part, cancellationToken)).Length;
            }

            most = Math.Max(most, sum);
        }

        return most;
    }
}
