using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Commands;
using CacheKeeper.Storage;

namespace CacheKeeper.Verify.Security;

/// <summary>Sends damaged requests, types damaged arguments and reads damaged settings.</summary>
internal sealed class WebFuzzCheck : ICheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly string[] Words = ["", "0", "-1", "1e999", "NaN", "null", "true", "one", "two", "../../etc/passwd", "@/etc/passwd", "%00", "'; DROP TABLE runs; --", "<script>alert(1)</script>", "\ud800", "9999999999999999999", "run-2026-01-01-0001", "light", "--json", "--config", "--dry-run", "{}", "[", "\"", "2026-13-45", "4h", "20%", "10000-01-01T00:00:00Z"];

    public string Name => "fuzz web";
    public string Goal => "damaged requests, arguments and settings: no 5xx on a client's error, nothing over 1 s, no crash";
    public (int Smoke, int Default, int Full) Tries => (1_500, 100_000, 5_000_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var place = await WebPlace.StartAsync(null, cancellationToken);
        var chance = new Random(run.Seed);
        var clients = new List<HttpClient> { place.Anonymous() };
        foreach (var role in Enum.GetValues<Role>())
        {
            clients.Add(await place.WithTokenAsync(role, "one", cancellationToken));
        }

        var routes = place.Routes.Where(route => route.Path != "/api/events").ToList();

        // The first of all compiles what the others run.
        using (await clients[^1].GetAsync("/api/commands/scheduler/status", cancellationToken))
        {
        }

        var slowest = TimeSpan.Zero;
        for (var i = 0; i < run.Tries; i++)
        {
            var watch = Stopwatch.StartNew();
            var what = (i % 3) switch
            {
                0 => await RequestAsync(run, clients[chance.Next(clients.Count)], routes[chance.Next(routes.Count)], chance, cancellationToken),
                1 => Arguments(run, chance),
                _ => Settings(run, chance),
            };
            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
            run.Expect(run.Smoke || watch.Elapsed < Longest, $"{watch.Elapsed.TotalSeconds:F1} s for {what}");
        }

        run.Fact($"{run.Tries / 3:N0} each of requests, arguments, settings; slowest {slowest.TotalMilliseconds:0} ms");
    }

    private static async Task<string> RequestAsync(CheckRun run, HttpClient client, WebRoute route, Random chance, CancellationToken cancellationToken)
    {
        var path = chance.Next(4) == 0 ? "/" + Uri.EscapeDataString(Word(chance)) : System.Text.RegularExpressions.Regex.Replace(route.Path, @"\{\w+\}", _ => Uri.EscapeDataString(Word(chance)));
        var query = string.Join('&', Enumerable.Range(0, chance.Next(4)).Select(_ => $"{Pick(chance, "project", "limit", "before", "job", "outcome", "tier", "state", "after", "since", "from", "to", "hours", "id", "version", "x")}={Uri.EscapeDataString(Word(chance))}"));
        using var request = new HttpRequestMessage(new HttpMethod(chance.Next(8) == 0 ? Pick(chance, "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "POST", "GET") : route.Method), $"{path}?{query}");
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
        {
            request.Content = new ByteArrayContent(Damaged(Body(chance), chance));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", Pick(chance, "application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "x"));
        }

        foreach (var header in new[] { "Accept", "If-None-Match", "Idempotency-Key", "Origin", "Cookie", "X-CacheKeeper-Refresh" }.Where(_ => chance.Next(6) == 0))
        {
            request.Headers.TryAddWithoutValidation(header, new string([.. Word(chance).Where(letter => letter is > ' ' and < '\x7f')]));
        }

        var what = $"{request.Method} {request.RequestUri}";
        using var answer = await client.SendAsync(request, cancellationToken);
        // 502 says that what stands behind failed (a tier, a place for backups), which is no fault of the request.
        run.Expect((int)answer.StatusCode is < 500 or 502, $"{(int)answer.StatusCode} on {what}");
        return what;
    }

    private static string Arguments(CheckRun run, Random chance)
    {
        var leaves = CommandTree.Leaves();
        var (verb, command) = leaves[chance.Next(leaves.Count)];
        var typed = Enumerable.Range(0, chance.Next(6)).Select(_ => chance.Next(2) == 0 && command.Options.Count > 0 ? command.Options[chance.Next(command.Options.Count)].Name : Word(chance)).ToList();
        try
        {
            _ = CommandTree.Parse(verb, typed).Errors.Count;
            _ = CommandBody.FromJson(command, Encoding.UTF8.GetString(Damaged(Body(chance), chance)));
        }
        catch (Exception e) when (e is KeeperException or System.Text.Json.JsonException)
        {
            // Told as wrong usage: as it should be.
        }
        catch (Exception e)
        {
            run.Offend($"{e.GetType().Name} on {verb} {string.Join(' ', typed)}");
        }

        return verb;
    }

    private static string Settings(CheckRun run, Random chance)
    {
        var text = Encoding.UTF8.GetString(Damaged(
            """{"project":"p","scheduling":{"lease":"30s","jobs":{"backup":{"cron":"0 1 * * *","misfire":"skip"}}},"cleanup":{"maxShare":"20%"},"health":{"interval":"00:01:00"},"alerts":{"channels":[{"type":"log","name":"l"}]},"web":{"urls":"http://127.0.0.1:1"},"upstash":{"token":{"env":"X"}}}""", chance));
        try
        {
            if (JsonNode.Parse(text, null, new System.Text.Json.JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject document)
            {
                _ = SettingsBinder.Bind<KeeperSettings>(document).Errors.Count;
            }
        }
        catch (System.Text.Json.JsonException)
        {
            // No JSON: told before it comes to settings.
        }
        catch (Exception e)
        {
            run.Offend($"{e.GetType().Name} ({e.Message}) on settings {text}");
        }

        return "settings";
    }

    private static string Body(Random chance) => chance.Next(4) switch
    {
        0 => """{"mode":"light","tier":["upstash"],"allow_share":0.3,"max_rows":5,"pace":"full"}""",
        1 => $$"""{"args":["{{Word(chance).Replace("\"", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal)}}"],"width":{{chance.Next(-5, 900)}}}""",
        2 => "mode=light&words=x&token=y&job=backup",
        _ => """{"name":"n","role":"viewer","projects":["one"],"days":3}""",
    };

    private static byte[] Damaged(string text, Random chance)
    {
        var bytes = Encoding.UTF8.GetBytes(text).ToList();
        for (var times = chance.Next(4); times > 0 && bytes.Count > 0; times--)
        {
            var at = chance.Next(bytes.Count);
            switch (chance.Next(4))
            {
                case 0: bytes[at] = (byte)chance.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(bytes.Count - at, chance.Next(1, 20))); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, chance.Next(1, 20)))); break;
                default: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Word(chance))); break;
            }
        }

        return [.. bytes];
    }

    private static string Word(Random chance) => chance.Next(20) == 0 ? new string('a', chance.Next(1, 3000)) : Words[chance.Next(Words.Length)];

    private static string Pick(Random chance, params string[] from) => from[chance.Next(from.Length)];
}
