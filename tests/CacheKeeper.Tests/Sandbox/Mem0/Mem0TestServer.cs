using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using CacheKeeper.Sandbox.Mem0;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Sandbox.Mem0;

/// <summary>A server of its own for the tests of one class, and raw HTTP to it.</summary>
public class Mem0TestServer : IAsyncLifetime
{
    public const string Key = "m0-test-key";

    /// <summary>When the server's day begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 8, 10, 12, 0, 0, TimeSpan.Zero);

    // Names go out as they stand here: AND is not aND.
    private static readonly JsonSerializerOptions AsWritten = new();

    private readonly HttpClient http = new();
    private Mem0Server? server;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("mem0-tests-").FullName;

    internal FakeTimeProvider Time { get; } = new(Start);

    internal Mem0Server Server => server!;

    internal virtual Mem0ServerSettings Settings => new() { Folder = Folder, ApiKey = Key, Time = Time };

    public virtual async ValueTask InitializeAsync()
    {
        server = await Mem0Server.StartAsync(Settings, CancellationToken.None);
        http.BaseAddress = new Uri(server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server!.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal async Task RestartAsync()
    {
        await server!.DisposeAsync();
        server = await Mem0Server.StartAsync(Settings with { Port = http.BaseAddress!.Port }, CancellationToken.None);
    }

    internal Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    internal Task<Answer> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    internal Task<Answer> PutAsync(string path, object body) => SendAsync(HttpMethod.Put, path, body);

    internal Task<Answer> DeleteAsync(string path, object? body = null) => SendAsync(HttpMethod.Delete, path, body);

    internal Task<Answer> SendAsync(HttpMethod method, string path, object? body = null) =>
        SendAsync(method, path, body, Settings.Flavour == Mem0ServerFlavour.Platform ? ("Authorization", "Token " + Key) : ("X-API-Key", Key));

    internal async Task<Answer> SendAsync(HttpMethod method, string path, object? body, (string Name, string Value)? header)
    {
        using var request = new HttpRequestMessage(method, path);
        if (header is { } given)
        {
            request.Headers.TryAddWithoutValidation(given.Name, given.Value);
        }

        request.Content = body switch
        {
            null => null,
            string raw => new StringContent(raw, null, "application/json"),
            _ => JsonContent.Create(body, options: AsWritten),
        };
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new(
            (int)response.StatusCode, text.Length == 0 ? default : Parse(text),
            response.Headers.ToDictionary(pair => pair.Key, pair => string.Join(',', pair.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Adds one text verbatim for a user, with more fields when given, and tells its id.</summary>
    internal async Task<string> AddAsync(string user, string text, Action<Dictionary<string, object?>>? more = null)
    {
        var body = new Dictionary<string, object?>
        {
            ["messages"] = new[] { new { role = "user", content = text } },
            ["user_id"] = user,
            ["infer"] = false,
        };
        more?.Invoke(body);
        var answer = await PostAsync("/v3/memories/add/", body);
        Assert.Equal(200, answer.Status);
        return answer.Body.GetProperty("results")[0].GetProperty("id").GetString()!;
    }

    /// <summary>The texts that a list with these filters shows, sorted.</summary>
    internal async Task<string[]> ListAsync(object filters, Action<Dictionary<string, object?>>? more = null)
    {
        var body = new Dictionary<string, object?> { ["filters"] = filters };
        more?.Invoke(body);
        var answer = await PostAsync("/v3/memories/", body);
        Assert.Equal(200, answer.Status);
        return Texts(answer.Body.GetProperty("results"));
    }

    internal static string[] Texts(JsonElement list) =>
        [.. list.EnumerateArray().Select(memory => memory.GetProperty("memory").GetString()!).Order(StringComparer.Ordinal)];

    internal static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    internal static string Day(int offset) => Start.AddDays(offset).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, JsonElement Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Text(string field) => Body.GetProperty(field).ToString();
}
