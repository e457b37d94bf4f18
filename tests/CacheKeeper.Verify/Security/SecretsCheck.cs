using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Storage;
using Microsoft.Extensions.Logging;

namespace CacheKeeper.Verify.Security;

/// <summary>Puts marked secrets wherever the settings take one and looks for them in everything that the keeper says and keeps.</summary>
internal sealed class SecretsCheck : ICheck
{
    private const int Planted = 50;

    public string Name => "secrets";
    public string Goal => "50 planted secrets: none in any page, API answer, error, log line or file of the state";
    public (int Smoke, int Default, int Full) Tries => (1, 1, 5);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var canaries = Enumerable.Range(0, Planted).Select(number => $"CANARY{run.Seed}x{number:D2}Zq").ToList();
        for (var number = 0; number < 10; number++)
        {
            Environment.SetEnvironmentVariable($"CACHEKEEPER_VERIFY_{number}", canaries[number]);
        }

        var (settings, errors) = SettingsBinder.Bind<KeeperSettings>(Document(canaries));
        run.Expect(errors.Count == 0, "the settings of this check cannot be used: " + string.Join("; ", errors));
        using var logs = new Lines();
        var said = new List<(string Where, string Text)>();
        await using (var place = await WebPlace.StartAsync(logs, cancellationToken, settings))
        {
            using var admin = await place.WithTokenAsync(Role.Admin, null, cancellationToken);
            foreach (var route in place.Routes.Where(route => route.Path != "/api/events"))
            {
                said.Add((route.Name, await AskAsync(admin, route, cancellationToken)));
            }

            said.AddRange(Directory.EnumerateFiles(place.Folder, "*", SearchOption.AllDirectories).Select(file => ("state file " + Path.GetFileName(file), Encoding.Latin1.GetString(Read(file)))));
        }

        said.Add(("log", string.Join('\n', logs.All)));
        var found = said.SelectMany(one => canaries.Where(canary => one.Text.Contains(canary, StringComparison.Ordinal)).Select(canary => (one.Where, canary))).ToList();
        foreach (var (where, canary) in found)
        {
            run.Offend($"{canary} in {where}");
        }

        run.Fact($"{Planted} planted, {found.Select(one => one.canary).Distinct().Count()} found in {said.Count} places ({said.Sum(one => (long)one.Text.Length):N0} characters)");
    }

    private static JsonObject Document(List<string> canaries)
    {
        var next = 10;
        string take() => canaries[next++];
        var channels = new JsonArray();
        while (next < Planted - 4)
        {
            channels.Add((JsonNode)new JsonObject { ["type"] = "webhook", ["name"] = "hook" + next, ["url"] = $"https://127.0.0.1:1/{next}", ["secret"] = take() });
            channels.Add((JsonNode)new JsonObject { ["type"] = "slack", ["name"] = "slack" + next, ["url"] = $"https://127.0.0.1:1/services/{take()}" });
        }

        return new JsonObject
        {
            ["project"] = "one",
            ["postgresql"] = new JsonObject { ["url"] = $"postgres://keeper:{take()}@127.0.0.1:1/cache", ["timeout"] = "1s" },
            ["upstash"] = new JsonObject { ["url"] = "http://127.0.0.1:1", ["token"] = take(), ["timeout"] = "1s" },
            ["mem0"] = new JsonObject { ["host"] = "http://127.0.0.1:1", ["apiKey"] = take(), ["timeout"] = "1s" },
            ["alerts"] = new JsonObject { ["channels"] = channels },
        };
    }

    private static async Task<string> AskAsync(HttpClient admin, WebRoute route, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Example);
        if (route.Method == "POST")
        {
            request.Content = route.Path.StartsWith("/api", StringComparison.Ordinal) ? new StringContent("{}") : new FormUrlEncodedContent([new("mode", "light"), new("job", "light-cleanup"), new("words", "light-cleanup")]);
        }

        using var answer = await admin.SendAsync(request, cancellationToken);
        return $"{answer.Headers}\n{await answer.Content.ReadAsStringAsync(cancellationToken)}";
    }

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Every line that was logged.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
