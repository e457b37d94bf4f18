using System.Diagnostics;
using System.Security.Cryptography;
using CacheKeeper.Sandbox.Mem0.Endpoints;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.SelfHosted;

/// <summary>The open-source server's interface over the same store.</summary>
internal static class SelfHostedServer
{
    public static void Map(WebApplication application, Mem0Service service, SelfHostedRequestLog log)
    {
        new SelfHostedEndpoints(service).Map(application);
        application.On("GET", "/", _ => Task.FromResult(Results.Redirect("/docs")));
        application.On("GET", "/docs", _ => Task.FromResult(Results.Text("Mem0 REST APIs", "text/plain")));
        application.On("GET", "/auth/setup-status", _ => new { needs_setup = false });
        application.On("GET", "/configure", _ => new { version = "v1.1", vector_store = new { provider = "sandbox" }, llm = new { provider = "none" }, embedder = new { provider = "sandbox" } });
        application.On("GET", "/requests", context => log.Newest(RequestPath.Whole(context, "limit") ?? SelfHostedRequestLog.UsualLimit));
    }
}

/// <summary>Gives every answer a request id, and remembers the last requests.</summary>
internal sealed class SelfHostedRequestLog(TimeProvider time)
{
    public const int UsualLimit = 50;

    private const int Kept = 200;
    private const int IdBytes = 4;

    private readonly Lock gate = new();
    private readonly Queue<object> requests = new();

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        context.Response.Headers["X-Request-ID"] = id;
        var start = Stopwatch.GetTimestamp();
        await next(context);
        Remember(new
        {
            id,
            method = context.Request.Method,
            path = context.Request.Path.Value,
            status_code = context.Response.StatusCode,
            latency_ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            auth_type = "api_key",
            created_at = WireJson.Time(time.GetUtcNow()),
        });
    }

    public object Newest(int limit)
    {
        if (limit is < 1 or > Kept)
        {
            throw RefusalException.Field("limit", $"Input should be between 1 and {Kept}");
        }

        lock (gate)
        {
            return requests.Reverse().Take(limit).ToArray();
        }
    }

    private void Remember(object request)
    {
        lock (gate)
        {
            requests.Enqueue(request);
            if (requests.Count > Kept)
            {
                requests.Dequeue();
            }
        }
    }
}
