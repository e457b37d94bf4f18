using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CacheKeeper.Tiers;

/// <summary>Speaks Mem0's HTTP: the hosted platform (v3, or its older v1/v2 forms) and the self-hosted server. Bounded tries, every error a sentence.</summary>
internal sealed class Mem0Client : IDisposable
{
    private const int Tries = 3;
    private readonly HttpClient _http;
    private readonly Mem0Flavour _flavour;
    private readonly TimeProvider _time;

    public Mem0Client(HttpClient http, Mem0Settings settings, string key, TimeProvider time)
    {
        if (!Uri.TryCreate(settings.Host.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw KeeperException.Usage("MEM0_HOST (mem0.host) is no address.", "It looks like " + Mem0Settings.PlatformHost);
        }

        (_http, _flavour, _time) = (http, settings.Flavour, time);
        http.BaseAddress = address;
        if (settings.Flavour == Mem0Flavour.SelfHosted)
        {
            http.DefaultRequestHeaders.Add("X-API-Key", key);
        }
        else
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Token " + key);
        }
    }

    public TierMeter Meter { get; } = new();

    /// <summary>The cheapest authenticated call: ping on the platform, one memory on a self-hosted server.</summary>
    public Task<JsonNode?> PingAsync(string project, CancellationToken cancellationToken) => _flavour == Mem0Flavour.SelfHosted
        ? SendAsync("ping", HttpMethod.Get, $"memories?user_id={Uri.EscapeDataString(project)}&top_k=1", null, cancellationToken)
        : SendAsync("ping", HttpMethod.Get, "v1/ping/", null, cancellationToken);

    /// <summary>One page of a project's memories, expired ones included.</summary>
    /// <returns>Total as the server tells it (null: it does not), the memories, and whether more follow.</returns>
    public async Task<(long? Total, IReadOnlyList<Memory> Memories, bool More)> ListAsync(string project, int page, int size, CancellationToken cancellationToken)
    {
        switch (_flavour)
        {
            case Mem0Flavour.SelfHosted:
                var whole = Memories(await SendAsync("list", HttpMethod.Get, $"memories?user_id={Uri.EscapeDataString(project)}&top_k=1000&show_expired=true", null, cancellationToken));
                return (null, whole, false);
            case Mem0Flavour.PlatformV1:
                var old = await SendAsync("list", HttpMethod.Get, $"v1/memories/?user_id={Uri.EscapeDataString(project)}&page={page}&page_size={size}&show_expired=true", null, cancellationToken);
                return Envelope(old);
            default:
                return Envelope(await SendAsync("list", HttpMethod.Post, $"v3/memories/?page={page}&page_size={size}", ListBody(project, null), cancellationToken));
        }
    }

    /// <summary>These memories as they are now; those that are gone are missing.</summary>
    public async Task<IReadOnlyList<Memory>> GetAsync(string project, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (_flavour == Mem0Flavour.Platform && ids.Count > 1)
        {
            var found = new List<Memory>();
            foreach (var part in ids.Chunk(100))
            {
                found.AddRange(Memories(await SendAsync("read", HttpMethod.Post, "v3/memories/?page=1&page_size=200", ListBody(project, part), cancellationToken)));
            }

            return [.. found.DistinctBy(memory => memory.Id)];
        }

        var read = new List<Memory>();
        foreach (var id in ids)
        {
            var path = _flavour == Mem0Flavour.SelfHosted ? $"memories/{Uri.EscapeDataString(id)}" : $"v1/memories/{Uri.EscapeDataString(id)}/";
            if (await SendAsync("read", HttpMethod.Get, path, null, cancellationToken, missing: true) is JsonObject fields)
            {
                read.Add(new Memory(fields));
            }
        }

        return read;
    }

    public async Task DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (_flavour == Mem0Flavour.SelfHosted)
        {
            foreach (var id in ids)
            {
                await SendAsync("remove", HttpMethod.Delete, $"memories/{Uri.EscapeDataString(id)}", null, cancellationToken, missing: true);
            }

            return;
        }

        var body = new JsonObject { ["memories"] = new JsonArray([.. ids.Select(id => new JsonObject { ["memory_id"] = id })]) };
        await SendAsync("remove", HttpMethod.Delete, "v1/batch/", body, cancellationToken, missing: true);
    }

    /// <summary>Writes a memory back verbatim (no inference).</summary>
    /// <returns>The id it got; null when the server kept an identical one instead.</returns>
    public async Task<string?> AddAsync(Memory memory, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = memory.Content }),
            ["infer"] = false,
            ["metadata"] = memory.Metadata?.DeepClone(),
        };
        foreach (var field in (string[])["user_id", "agent_id", "app_id", "run_id"])
        {
            if ((memory.Text(field) ?? (field == "run_id" ? memory.Text("session_id") : null)) is { } id)
            {
                body[field] = id;
            }
        }

        if (memory.Text("expiration_date") is { } expiration)
        {
            body["expiration_date"] = expiration;
        }

        if (memory.Fields["immutable"] is JsonValue immutable)
        {
            body["immutable"] = immutable.DeepClone();
        }

        if (_flavour != Mem0Flavour.SelfHosted && memory.Instant("created_at") is { } created)
        {
            body["timestamp"] = created.ToUnixTimeSeconds();
        }

        if (_flavour == Mem0Flavour.PlatformV1)
        {
            (body["async_mode"], body["output_format"], body["version"]) = (false, "v1.1", "v2");
        }

        var path = _flavour switch { Mem0Flavour.SelfHosted => "memories", Mem0Flavour.PlatformV1 => "v1/memories/", _ => "v3/memories/add/" };
        var answer = await SendAsync("restore", HttpMethod.Post, path, body, cancellationToken);
        var results = answer is JsonArray array ? array : answer?["results"] as JsonArray;
        return (results?.FirstOrDefault()?["id"] as JsonValue)?.ToString();
    }

    public async Task UpdateAsync(string id, JsonObject change, CancellationToken cancellationToken)
    {
        var path = _flavour == Mem0Flavour.SelfHosted ? $"memories/{Uri.EscapeDataString(id)}" : $"v1/memories/{Uri.EscapeDataString(id)}/";
        await SendAsync("rewrite", HttpMethod.Put, path, change, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static JsonObject ListBody(string project, IEnumerable<string>? ids)
    {
        var user = new JsonObject { ["user_id"] = project };
        JsonNode filters = ids is null
            ? new JsonObject { ["AND"] = new JsonArray(user) }
            : new JsonObject { ["AND"] = new JsonArray(user, new JsonObject { ["memory_ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) }) };
        return new JsonObject { ["filters"] = filters, ["show_expired"] = true, ["include_merged"] = true };
    }

    private static (long? Total, IReadOnlyList<Memory> Memories, bool More) Envelope(JsonNode? answer) =>
        ((answer?["count"] as JsonValue)?.GetValue<long>(), Memories(answer), answer is JsonObject && answer["next"] is not null);

    private static List<Memory> Memories(JsonNode? answer)
    {
        var list = answer as JsonArray ?? answer?["results"] as JsonArray
            ?? throw new TierException(TierName.Mem0, "list", "the answer holds no list of memories", "Check mem0.flavour and mem0.host.");
        return [.. list.OfType<JsonObject>().Select(fields => new Memory(fields))];
    }

    private async Task<JsonNode?> SendAsync(string operation, HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken, bool missing = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SendOnceAsync(operation, method, path, body, missing, cancellationToken);
            }
            catch (TierException e) when (e.Transient && attempt < Tries)
            {
                Meter.CountRetry();
                var wait = e.RetryAfter ?? TimeSpan.FromMilliseconds(200 * Math.Pow(2, attempt) * (0.5 + Random.Shared.NextDouble()));
                await Task.Delay(wait < TimeSpan.FromSeconds(5) ? wait : TimeSpan.FromSeconds(5), _time, cancellationToken);
            }
        }
    }

    private async Task<JsonNode?> SendOnceAsync(string operation, HttpMethod method, string path, JsonObject? body, bool missing, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
            using var answer = await _http.SendAsync(request, cancellationToken);
            Meter.Count(1);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return text.Length == 0 ? null : JsonNode.Parse(text);
            }

            return missing && answer.StatusCode == HttpStatusCode.NotFound ? null : throw Refusal(operation, answer, text);
        }
        catch (JsonException)
        {
            throw new TierException(TierName.Mem0, operation, "the answer is not JSON", "Check mem0.host and that nothing in between rewrites answers.") { Transient = method == HttpMethod.Get };
        }
        catch (HttpRequestException e)
        {
            throw new TierException(TierName.Mem0, operation, e.InnerException?.Message ?? e.Message, "Check MEM0_HOST (mem0.host) and the network.", e) { Transient = method != HttpMethod.Post };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TierException(TierName.Mem0, operation, $"no answer within {_http.Timeout.TotalSeconds:0.#} s", "Check that Mem0 is up.", e);
        }
        catch (IOException e)
        {
            throw new TierException(TierName.Mem0, operation, "the connection broke off in the middle of an answer", "", e) { Transient = method == HttpMethod.Get };
        }
    }

    private static TierException Refusal(string operation, HttpResponseMessage answer, string text)
    {
        var said = Said(text);
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new TierException(TierName.Mem0, operation, "the key was refused", "Check MEM0_API_KEY (mem0.apiKey).") { CredentialsRejected = true },
            HttpStatusCode.TooManyRequests => new TierException(TierName.Mem0, operation, "too many requests", "Lower the pace.") { Transient = true, RateLimited = true, RetryAfter = answer.Headers.RetryAfter?.Delta },
            HttpStatusCode.NotFound => new TierException(TierName.Mem0, operation, "not found: " + said, "Check mem0.flavour: platform, platformV1 or selfHosted."),
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => new TierException(TierName.Mem0, operation, $"the server failed ({(int)answer.StatusCode}): {said}") { Transient = answer.RequestMessage?.Method != HttpMethod.Post },
            _ => new TierException(TierName.Mem0, operation, $"HTTP {(int)answer.StatusCode}: {said}"),
        };
    }

    // There is no single error shape: error, detail, message, details.message, errors, an array of one text, or plain text.
    private static string Said(string text)
    {
        try
        {
            var node = JsonNode.Parse(text);
            var found = node switch
            {
                JsonArray array => array.FirstOrDefault(),
                JsonObject fields => fields["error"] ?? fields["detail"] ?? fields["message"] ?? (fields["details"] as JsonObject)?["message"] ?? fields["errors"] ?? fields,
                _ => node,
            };
            text = found?.ToString() ?? "";
        }
        catch (JsonException)
        {
        }

        return text.Length > 200 ? text[..200] + "…" : text;
    }
}
