using System.Security.Cryptography;

namespace CacheKeeper.Dashboard.Api;

/// <summary>Gives the answer of a GET of the API a tag of its content, and answers 304 to whoever has that content already.</summary>
internal sealed class EntityTagService(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/api/events")
            || context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        var wire = context.Response.Body;
        using var held = new MemoryStream();
        context.Response.Body = held;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = wire;
        }

        await SendAsync(context, held);
    }

    private static async Task SendAsync(HttpContext context, MemoryStream held)
    {
        var response = context.Response;
        if (response.StatusCode == StatusCodes.Status200OK && held.Length > 0)
        {
            if (response.Headers.ETag.Count == 0)
            {
                response.Headers.ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(held.GetBuffer().AsSpan(0, (int)held.Length)))[..32]}\"";
            }

            response.Headers.CacheControl = "private, no-cache";
            if (context.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(response.Headers.ETag.ToString()))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                response.ContentLength = null;
                response.Headers.ContentType = default;
                return;
            }
        }

        held.Position = 0;
        await held.CopyToAsync(response.Body, context.RequestAborted);
    }
}
