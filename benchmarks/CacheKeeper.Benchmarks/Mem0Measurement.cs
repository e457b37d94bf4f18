using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CacheKeeper.Sandbox.Mem0;

namespace CacheKeeper.Benchmarks;

/// <summary>How fast the sandbox's Mem0 takes, lists and finds memories, up to a hundred thousand of them.</summary>
internal sealed class Mem0Measurement : IMeasurement
{
    private const string Key = "benchmark";
    private const int Questions = 5000;
    private const int Memories = 100_000;
    private const int Callers = 8;
    private const int Looks = 100;
    private static readonly string[] Words = ["refund", "payment", "card", "order", "status", "password", "account", "limit", "transfer", "invoice", "why", "how", "when", "late"];

    public string Name => "mem0-server";

    public string Summary => "adds a second, list and search times at 100 000 memories, start with them on disk";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-mem0-").FullName;
        try
        {
            var settings = new Mem0ServerSettings { Folder = folder, ApiKey = Key };
            await using (var server = await Mem0Server.StartAsync(settings, cancellationToken))
            {
                using var http = Client(server);
                figures.Add("seconds for 5000 questions with answers", await LoadAsync(http, 0, Questions, cancellationToken), lowerIsBetter: true, note: $"{Callers} callers, durable on answer");
                figures.Add("add, milliseconds", await MedianAsync(number => AddAsync(http, Memories + number, cancellationToken)), lowerIsBetter: true, note: "median, one caller");
                await LoadAsync(http, Questions, Memories / 2, cancellationToken);
                figures.Add("search, milliseconds", await MedianAsync(number => SearchAsync(http, number, cancellationToken)), lowerIsBetter: true, note: $"median over {server.Memories} memories of one user");
                figures.Add("lookup by query_hash, milliseconds", await MedianAsync(number => LookupAsync(http, number, cancellationToken)), lowerIsBetter: true, note: "median");
                figures.Add("seconds to list all, 200 a page", await ListAsync(http, cancellationToken), lowerIsBetter: true);
            }

            var start = Stopwatch.GetTimestamp();
            await using var again = await Mem0Server.StartAsync(settings, cancellationToken);
            figures.Add("seconds to start with all on disk", Stopwatch.GetElapsedTime(start).TotalSeconds, lowerIsBetter: true, note: $"{again.Memories} memories");
            using var client = Client(again);
            start = Stopwatch.GetTimestamp();
            await SearchAsync(client, 1, cancellationToken);
            figures.Add("seconds for the first search after a start", Stopwatch.GetElapsedTime(start).TotalSeconds, lowerIsBetter: true, note: "makes every vector");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static HttpClient Client(Mem0Server server)
    {
        var http = new HttpClient { BaseAddress = new Uri(server.Url), Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", Key);
        return http;
    }

    private static async Task<double> LoadAsync(HttpClient http, int from, int until, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(from, until - from), options, async (number, token) => await AddAsync(http, number, token));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Task AddAsync(HttpClient http, int number, CancellationToken cancellationToken) => PostAsync(
        http,
        "/v3/memories/add/",
        new
        {
            messages = new[] { new { role = "user", content = Question(number) }, new { role = "assistant", content = "The answer is: " + Question(number * 7) + " " + Question(number * 13) } },
            user_id = "bench",
            infer = false,
            metadata = new { query_hash = Hash(number), category = "payments", project = "bench", priority = "high" },
            expiration_date = "2099-01-01",
        },
        cancellationToken);

    private static Task SearchAsync(HttpClient http, int number, CancellationToken cancellationToken) =>
        PostAsync(http, "/v3/memories/search/", new { query = Question(number), filters = new { user_id = "bench" } }, cancellationToken);

    private static Task LookupAsync(HttpClient http, int number, CancellationToken cancellationToken) => PostAsync(
        http, "/v3/memories/search/", new { query = Question(number), filters = new { user_id = "bench", metadata = new { query_hash = Hash(number) } } }, cancellationToken);

    private static async Task<double> ListAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        for (var next = "/v3/memories/?page_size=200"; next is not null;)
        {
            var page = await PostAsync(http, next, new { filters = new { user_id = "bench" } }, cancellationToken);
            next = page.GetProperty("next").GetString();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> MedianAsync(Func<int, Task> look)
    {
        var times = new List<double>();
        for (var number = 0; number < Looks; number++)
        {
            var start = Stopwatch.GetTimestamp();
            await look(number);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return times[Looks / 2];
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(path, body, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    // A few words chosen by the number's digits, and the number, which makes each text its own.
    private static string Question(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Words[number % 14]} {Words[number / 14 % 14]} my {Words[number / 196 % 14]} {Words[number / 2744 % 14]} number {number}?");

    private static string Hash(int number) => number.ToString("x32", CultureInfo.InvariantCulture);
}
