using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CacheKeeper.Client.Tiers;

/// <summary>The two calls of Mem0 that a cache needs, on the hosted platform's third version or on the open-source server.</summary>
internal sealed class Mem0Connection(HttpClient http, string host, string key, Mem0Flavour flavour)
{
    private static readonly JsonSerializerOptions Format = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly string address = host.TrimEnd('/');

    /// <summary>Memories by likeness, the best first.</summary>
    public async Task<List<Mem0Memory>> SearchAsync(string query, object filters, int most, double? threshold, CancellationToken cancellationToken)
    {
        var path = flavour == Mem0Flavour.Platform ? "/v3/memories/search/" : "/search";
        using var answer = await PostAsync(path, new { query, filters, top_k = most, threshold }, cancellationToken);
        if (!answer.RootElement.TryGetProperty("results", out var results) || results.ValueKind != JsonValueKind.Array)
        {
            throw new CacheTierException("Mem0 answered a search without results.");
        }

        return [.. results.EnumerateArray().Select(Mem0Memory.From).OfType<Mem0Memory>()];
    }

    /// <summary>Stores question and response verbatim (<c>infer:false</c>): inference would store something else than the answer.</summary>
    public async Task AddAsync(Mem0Record record, CancellationToken cancellationToken)
    {
        var path = flavour == Mem0Flavour.Platform ? "/v3/memories/add/" : "/memories";
        var body = new
        {
            messages = new[] { new { role = "user", content = record.Question }, new { role = "assistant", content = record.Response } },
            user_id = record.Project,
            agent_id = record.Agent,
            run_id = record.Session,
            metadata = record.Metadata,
            infer = false,
            expiration_date = record.Expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
        using var answer = await PostAsync(path, body, cancellationToken);
        if (!answer.RootElement.TryGetProperty("results", out _))
        {
            throw new CacheTierException("Mem0 accepted an answer without storing it.");
        }
    }

    /// <summary>The platform's filter, or what the open-source server has instead: metadata keys beside the ids.</summary>
    public object Flat(object platform, string project, string hash) =>
        flavour == Mem0Flavour.Platform ? platform : new { user_id = project, query_hash = hash };

    private async Task<JsonDocument> PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address + path) { Content = JsonContent.Create(body, options: Format) };
        if (flavour == Mem0Flavour.Platform)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Token", key);
        }
        else
        {
            request.Headers.Add("X-API-Key", key);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var answer = await JsonAnswer.ReadAsync(response, "Mem0", cancellationToken);
        return answer.RootElement.ValueKind == JsonValueKind.Object ? answer : throw new CacheTierException("Mem0 answered with something that is not an object.");
    }
}

/// <summary>One answer as it is put into memory.</summary>
internal sealed record Mem0Record(
    string Question, string Response, string Project, string Agent, string? Session, IReadOnlyDictionary<string, object?> Metadata, DateOnly Expires);
