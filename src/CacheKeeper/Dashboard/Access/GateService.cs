using System.Text.Json;
using CacheKeeper.Dashboard.Pages;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Microsoft.AspNetCore.Http.Features;

namespace CacheKeeper.Dashboard.Access;

/// <summary>What every request passes: headers, a bound on its body, the origin of a change, and a plain answer when something goes wrong.</summary>
internal sealed class GateService(RequestDelegate next, ILogger<GateService> log)
{
    private const long LargestBody = 64 * 1024;
    private const string ContentPolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public async Task InvokeAsync(HttpContext context)
    {
        Harden(context);
        if (IsChange(context.Request) && !IsOwnOrigin(context.Request))
        {
            await Results.Problem("A change must come from this page, or carry a token.", statusCode: StatusCodes.Status403Forbidden, title: "Foreign origin").ExecuteAsync(context);
            return;
        }

        if (IsForm(context.Request) && !context.Request.HasFormContentType)
        {
            await Results.Problem("Send a form.", statusCode: StatusCodes.Status415UnsupportedMediaType, title: "Bad request").ExecuteAsync(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e);
        }
    }

    /// <summary>
    /// Browsers name the origin of every change. A change with a cookie must come from ourselves; without a cookie (a first sign-in,
    /// a program with its token) there is nothing to abuse, but a foreign origin is refused all the same.
    /// </summary>
    private static bool IsOwnOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            ? string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            : request.Headers.Authorization.Count > 0 || request.Cookies.Count == 0 || request.Headers["Sec-Fetch-Site"] == "same-origin";
    }

    private static bool IsChange(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);

    // Outside the API changes come from our own forms; signing out needs none.
    private static bool IsForm(HttpRequest request) => IsChange(request) && !request.Path.StartsWithSegments("/api") && request.Path != "/sign-out";

    private static void Harden(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = LargestBody;
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers.CacheControl = "no-store";
        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }
    }

    private Task AnswerAsync(HttpContext context, Exception e)
    {
        var (status, title, detail) = e switch
        {
            BadHttpRequestException bad => (bad.StatusCode, "Bad request", bad.Message),
            InvalidDataException or IOException when context.Request.HasFormContentType => (StatusCodes.Status400BadRequest, "Bad request", "The form cannot be read."),
            JsonException => (StatusCodes.Status400BadRequest, "Bad request", "The body is not the JSON document that this call takes."),
            KeeperException { ExitCode: ExitCode.Usage } usage => (StatusCodes.Status400BadRequest, "Not possible", Sentence(usage)),
            KeeperException { ExitCode: ExitCode.Busy or ExitCode.Refused } refused => (StatusCodes.Status409Conflict, "Refused", Sentence(refused)),
            KeeperException failed => (StatusCodes.Status500InternalServerError, "Failed", Sentence(failed)),
            TierException tier => (StatusCodes.Status502BadGateway, tier.Tier.Title() + " failed", Redaction.Apply($"{tier.Message} {tier.Hint}".Trim())),
            _ => (StatusCodes.Status500InternalServerError, "Something went wrong", "The keeper's log says what."),
        };
        if (status >= StatusCodes.Status500InternalServerError)
        {
            log.LogError(e, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
        }

        return ProblemEndpoints.Answer(context, status, title, detail).ExecuteAsync(context);
    }

    private static string Sentence(KeeperException e) => e.Hint.Length > 0 ? $"{e.Message} {e.Hint}" : e.Message;
}
