using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CacheKeeper.Client.Tiers;

/// <summary>Upstash's REST interface: every command a JSON array by POST, so that no character of a key or value can be mistaken for syntax.</summary>
internal sealed class UpstashRestConnection(HttpClient http, string url, string token) : IRedisConnection
{
    private readonly Uri single = new(url.TrimEnd('/') + "/");
    private readonly Uri pipeline = new(url.TrimEnd('/') + "/pipeline");

    public async Task<IReadOnlyList<RedisReply>> SendAsync(IReadOnlyList<string[]> commands, CancellationToken cancellationToken)
    {
        var alone = commands.Count == 1;
        using var request = new HttpRequestMessage(HttpMethod.Post, alone ? single : pipeline)
        {
            Content = JsonContent.Create<object>(alone ? commands[0] : commands),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var body = await JsonAnswer.ReadAsync(response, "Upstash", cancellationToken);
        return alone ? [Reply(body.RootElement)]
            : body.RootElement.ValueKind == JsonValueKind.Array && body.RootElement.GetArrayLength() == commands.Count
                ? [.. body.RootElement.EnumerateArray().Select(Reply)]
                : throw new CacheTierException("Upstash did not answer every command of a pipeline.");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static RedisReply Reply(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            throw new CacheTierException("Upstash answered with something that is not a reply.");
        }

        if (answer.TryGetProperty("error", out var error))
        {
            return new RedisReply(null, null, error.ToString());
        }

        return !answer.TryGetProperty("result", out var result) ? throw new CacheTierException("Upstash answered without a result.")
            : result.ValueKind == JsonValueKind.Array ? new RedisReply(null, [.. result.EnumerateArray().Select(Text)], null)
            : new RedisReply(Text(result), null, null);
    }

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.ToString();
}
