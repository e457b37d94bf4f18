using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CacheKeeper.Tiers;

/// <summary>Speaks Upstash's REST: JSON arrays by POST, base64 answers, pipelines cut at the request limit. Tokens only in the header, keys never in a URL unless they are no text.</summary>
/// <remarks>Protocol: Upstash Redis REST API. A command with an argument that is no UTF-8 cannot stand in JSON and goes by percent-encoded path, its last argument as the body.</remarks>
internal sealed class UpstashClient : IRedisClient
{
    private const int MaxCommandsPerRequest = 500;
    private const int MaxRequestBytes = 4 << 20;
    private const int MaxRequestsInFlight = 4;
    private const int Tries = 3;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public UpstashClient(HttpClient http, string url, string token, TimeProvider time)
    {
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw KeeperException.Usage("UPSTASH_REDIS_REST_URL (upstash.url) is no address.", "It looks like https://name.upstash.io");
        }

        (_http, _time) = (http, time);
        http.BaseAddress = address;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.Add("Upstash-Encoding", "base64");
    }

    public TierMeter Meter { get; } = new();

    public bool CarriesText => true;

    public bool IsBilled => true;

    public async Task<IReadOnlyList<RedisReply>> SendAsync(IReadOnlyList<object[]> commands, CancellationToken cancellationToken)
    {
        var replies = new RedisReply[commands.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxRequestsInFlight, CancellationToken = cancellationToken };
        var all = commands as object[][] ?? [.. commands];

        // Cut while the first parts are on their way already.
        await Parallel.ForEachAsync(Parts(all), options, async (part, token) => (await SendPartAsync(part, token)).CopyTo(replies, part.At));
        return replies;
    }

    public Task<RespPipeClient?> OpenPipeAsync(CancellationToken cancellationToken) => Task.FromResult<RespPipeClient?>(null);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<RedisReply[]> SendPartAsync(Part part, CancellationToken cancellationToken) => part.Binary
        ? [await SendByPathAsync(part.Commands.Span[0], cancellationToken)]
        : await PostAsync("pipeline", UpstashRequest.Write(part.Commands.Span, part.Bytes), "application/json", part.Commands.Length, answer => UpstashReply.ReadMany(answer, part.Commands.Length), cancellationToken);

    private static IEnumerable<Part> Parts(object[][] commands)
    {
        var (begin, bytes) = (0, 0);
        for (var at = 0; at < commands.Length; at++)
        {
            var (size, binary) = Measure(commands[at]);
            if (at > begin && (binary || at - begin == MaxCommandsPerRequest || bytes + size > MaxRequestBytes))
            {
                yield return new Part(begin, commands.AsMemory(begin..at), bytes, Binary: false);
                (begin, bytes) = (at, 0);
            }

            bytes += size;
            if (binary)
            {
                yield return new Part(at, commands.AsMemory(at, 1), bytes, Binary: true);
                (begin, bytes) = (at + 1, 0);
            }
        }

        if (commands.Length > begin)
        {
            yield return new Part(begin, commands.AsMemory(begin..), bytes, Binary: false);
        }
    }

    private static (int Bytes, bool Binary) Measure(object[] command)
    {
        var (bytes, binary) = (0, false);
        foreach (var argument in command)
        {
            bytes += argument is byte[] raw ? raw.Length : argument is string text ? text.Length * 2 : 20;
            binary |= argument is byte[] value && !IsText(value);
        }

        return (bytes, binary);
    }

    /// <summary>Whether bytes can stand in JSON as they are.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private async Task<RedisReply> SendByPathAsync(object[] command, CancellationToken cancellationToken)
    {
        var path = string.Join('/', command[..^1].Select(argument => Encode(argument is byte[] bytes ? bytes : Encoding.UTF8.GetBytes(argument.ToString()!))));
        var last = command[^1] is byte[] raw ? raw : Encoding.UTF8.GetBytes(command[^1].ToString()!);
        return await PostAsync(path, last, "application/octet-stream", 1, answer => UpstashReply.ReadOne(answer), cancellationToken);
    }

    private static string Encode(byte[] bytes)
    {
        var text = new StringBuilder(bytes.Length * 3);
        foreach (var one in bytes)
        {
            _ = char.IsAsciiLetterOrDigit((char)one) ? text.Append((char)one) : text.Append('%').Append(one.ToString("X2"));
        }

        return text.ToString();
    }

    private async Task<T> PostAsync<T>(string path, ReadOnlyMemory<byte> body, string type, int commands, Func<byte[], T> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Parse(await PostOnceAsync(path, body, type, commands, cancellationToken), read);
            }
            catch (TierException e) when (e.Transient && attempt < Tries)
            {
                Meter.CountRetry();
                var wait = e.RetryAfter ?? TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt) * (0.5 + Random.Shared.NextDouble()));
                await Task.Delay(wait < TimeSpan.FromSeconds(5) ? wait : TimeSpan.FromSeconds(5), _time, cancellationToken);
            }
        }
    }

    private async Task<byte[]> PostOnceAsync(string path, ReadOnlyMemory<byte> body, string type, int commands, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
            using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
            Meter.Count(commands);
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest ? bytes : throw Refusal(answer, bytes);
        }
        catch (HttpRequestException e)
        {
            throw new TierException(TierName.Upstash, "send", e.InnerException?.Message ?? e.Message, "Check UPSTASH_REDIS_REST_URL (upstash.url) and the network.", e) { Transient = true };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TierException(TierName.Upstash, "send", $"no answer within {_http.Timeout.TotalSeconds:0.#} s", "Check that the database is up.", e);
        }
        catch (IOException e)
        {
            throw new TierException(TierName.Upstash, "send", "the connection broke off in the middle of an answer", "", e) { Transient = true };
        }
    }

    private static T Parse<T>(byte[] answer, Func<byte[], T> read)
    {
        try
        {
            return read(answer);
        }
        catch (JsonException e)
        {
            throw new TierException(TierName.Upstash, "send", $"the answer is not one of the Upstash REST API ({e.Message})", "Check that upstash.url names an Upstash REST address and nothing in between rewrites answers.", e) { Transient = true };
        }
    }

    private static TierException Refusal(HttpResponseMessage answer, byte[] bytes)
    {
        var said = ErrorText(bytes);
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new TierException(TierName.Upstash, "send", "the token was refused", "Check UPSTASH_REDIS_REST_TOKEN (upstash.token).") { CredentialsRejected = true },
            HttpStatusCode.TooManyRequests => new TierException(TierName.Upstash, "send", "too many requests: " + said, "Lower the pace or raise the plan.") { Transient = true, RateLimited = true, RetryAfter = answer.Headers.RetryAfter?.Delta },
            >= HttpStatusCode.InternalServerError => new TierException(TierName.Upstash, "send", $"the server failed ({(int)answer.StatusCode}): {said}") { Transient = true },
            _ => new TierException(TierName.Upstash, "send", $"HTTP {(int)answer.StatusCode}: {said}", "Check that upstash.url names an Upstash REST address."),
        };
    }

    private static string ErrorText(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.GetProperty("error").GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>What one request carries.</summary>
    /// <param name="At">Where its first command stands among all.</param>
    /// <param name="Bytes">Of the arguments, about.</param>
    /// <param name="Binary">One command with an argument that is no UTF-8.</param>
    private readonly record struct Part(int At, ReadOnlyMemory<object[]> Commands, int Bytes, bool Binary);
}
