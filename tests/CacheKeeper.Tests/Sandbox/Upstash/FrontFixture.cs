using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CacheKeeper.Sandbox.Redis;
using CacheKeeper.Sandbox.Upstash;

namespace CacheKeeper.Tests.Sandbox.Upstash;

/// <summary>A front before a real server, and raw HTTP requests to it.</summary>
public abstract class FrontFixture : IAsyncLifetime
{
    internal const string Token = "standard-token";
    internal const string ReadOnlyToken = "read-only-token";
    internal const int MaxRequestBytes = 1_000_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private int keys;

    internal RedisServer? Redis { get; private set; }

    internal UpstashFront Front { get; private set; } = null!;

    internal HttpClient Http { get; } = new() { Timeout = Limit };

    /// <summary>Why this server is not on this machine, or null.</summary>
    internal string? Absent { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Redis = await StartAsync();
        if (Redis is null)
        {
            Absent = "redis-server is not installed on this machine.";
            return;
        }

        Front = await UpstashFront.StartAsync(
            new UpstashFrontSettings { Redis = Redis.EndPoint, Token = Token, ReadOnlyToken = ReadOnlyToken, MaxRequestBytes = MaxRequestBytes },
            CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        if (Redis is not null)
        {
            await Front.DisposeAsync();
            await Redis.DisposeAsync();
        }
    }

    /// <summary>A key no other test uses.</summary>
    internal string Key(string name = "k") => $"{name}:{Interlocked.Increment(ref keys)}";

    internal Task<Reply> CommandAsync(params object[] command) => PostAsync("/", JsonSerializer.Serialize(command));

    internal Task<Reply> PostAsync(string path, string body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body), headers);

    internal Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Sends with the standard token unless the headers say otherwise (an empty Authorization sends none).</summary>
    internal async Task<Reply> SendAsync(HttpMethod method, string path, byte[]? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Front.Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = body is null ? null : new ByteArrayContent(body);
        if (!headers.Any(header => header.Name == "Authorization"))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        }

        foreach (var (name, value) in headers.Where(header => header.Value.Length > 0))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        return new Reply(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsByteArrayAsync(),
            response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase));
    }

    private protected abstract Task<RedisServer?> StartAsync();
}

/// <summary>What came back: the raw parts, and the JSON read on demand.</summary>
internal sealed record Reply(int Status, string? MediaType, byte[] Bytes, Dictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    /// <summary>The result as it was written.</summary>
    public string Result => Json.GetProperty("result").GetRawText();

    public string Error => Json.GetProperty("error").GetString()!;
}

/// <summary>The front before redis-server.</summary>
public sealed class RedisServerFixture : FrontFixture
{
    private protected override async Task<RedisServer?> StartAsync() =>
        RedisProcess.Find() is { } executable ? await RedisServer.StartProcessAsync(executable, null, 0, CancellationToken.None) : null;
}

/// <summary>The front before Garnet.</summary>
public sealed class GarnetFixture : FrontFixture
{
    private protected override async Task<RedisServer?> StartAsync() => await RedisServer.StartGarnetAsync(0, CancellationToken.None);
}
