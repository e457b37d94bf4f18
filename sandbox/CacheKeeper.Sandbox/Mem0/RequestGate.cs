using System.Text;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>What every request passes: the fault switch, the key, the rate limit; and where a refusal becomes an answer.</summary>
internal sealed class RequestGate(Mem0ServerSettings settings, Mem0Usage usage)
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private DateTimeOffset windowEnd;
    private int inWindow;

    private bool IsPlatform => settings.Flavour == Mem0ServerFlavour.Platform;

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var isOurs = context.Request.Path.StartsWithSegments("/sandbox");
        if (!isOurs)
        {
            usage.CountRequest();
            if (settings.Interfere is { } interfere && await interfere(context))
            {
                return;
            }
        }

        try
        {
            CheckPath(context, isOurs);
            CheckKey(context);
            CheckRate(context, isOurs);
            await next(context);
            await AnswerUnknownAsync(context);
        }
        catch (RefusalException refused)
        {
            var told = IsPlatform ? refused : refused.SelfHosted();
            await WireJson.Answer(told.Body, told.Status).ExecuteAsync(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // Also what nobody foresaw is answered in JSON; too large a body has a status of its own.
            var status = failure is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
            await WireJson.Answer(new { detail = "Internal server error: " + failure.Message }, status).ExecuteAsync(context);
        }
    }

    // Both servers take paths as they are: the platform's end in a slash, the open-source server's never do.
    private void CheckPath(HttpContext context, bool isOurs)
    {
        var path = context.Request.Path.Value ?? "/";
        if (!isOurs && path != "/" && path.EndsWith('/') != IsPlatform)
        {
            throw NotFound();
        }
    }

    private void CheckKey(HttpContext context)
    {
        var isOpen = !IsPlatform && context.Request.Path.Value is "/" or "/docs" or "/auth/setup-status";
        if (isOpen)
        {
            return;
        }

        var headers = context.Request.Headers;
        if (IsPlatform)
        {
            var given = headers.Authorization.ToString();
            CheckKey(given.StartsWith("Token ", StringComparison.Ordinal) ? given["Token ".Length..] : null, "Authentication credentials were not provided.", "Invalid API key");
        }
        else
        {
            // A bearer token is tried first and must then be good; none is ever issued here.
            CheckKey(headers.Authorization.Count > 0 ? "" : headers["X-API-Key"].FirstOrDefault(), "Not authenticated", "Invalid credentials");
        }
    }

    private void CheckKey(string? given, string missing, string wrong)
    {
        if (given is null)
        {
            throw RefusalException.Detail(missing, StatusCodes.Status401Unauthorized);
        }

        if (!System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(settings.ApiKey)))
        {
            throw RefusalException.Detail(wrong, StatusCodes.Status401Unauthorized);
        }
    }

    private void CheckRate(HttpContext context, bool isOurs)
    {
        if (settings.RequestsPerMinute is not { } most || isOurs)
        {
            return;
        }

        var now = settings.Time.GetUtcNow();
        lock (gate)
        {
            if (now >= windowEnd)
            {
                (windowEnd, inWindow) = (now + RateWindow, 0);
            }

            if (inWindow++ < most)
            {
                return;
            }

            context.Response.Headers.RetryAfter = $"{Math.Ceiling((windowEnd - now).TotalSeconds)}";
        }

        throw RefusalException.Detail("Request was throttled.", StatusCodes.Status429TooManyRequests);
    }

    private static async Task AnswerUnknownAsync(HttpContext context)
    {
        if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentType: null })
        {
            var detail = context.Response.StatusCode == StatusCodes.Status404NotFound ? "Not found." : $"Method \"{context.Request.Method}\" not allowed.";
            await WireJson.Answer(new { detail }, context.Response.StatusCode).ExecuteAsync(context);
        }
    }

    private static RefusalException NotFound() => RefusalException.Detail("Not found.", StatusCodes.Status404NotFound);
}
