using System.Security.Cryptography;
using System.Text;
using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Dashboard.Api;

/// <summary>A change sent again with the same <c>Idempotency-Key</c> is not made again: its first answer is given once more.</summary>
internal sealed class IdempotencyService(RequestDelegate next, IdempotencyStore kept, TimeProvider time)
{
    private const string Header = "Idempotency-Key";
    private const int LongestKey = 200;

    public async Task InvokeAsync(HttpContext context)
    {
        var key = context.Request.Headers[Header].ToString();
        if (key.Length == 0 || HttpMethods.IsGet(context.Request.Method) || !context.Request.Path.StartsWithSegments("/api") || Caller.Of(context.User) is not { } caller)
        {
            await next(context);
            return;
        }

        if (key.Length > LongestKey || context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal))
        {
            await Results.Problem($"{Header} is at most {LongestKey} characters, and not for streamed answers.", statusCode: StatusCodes.Status400BadRequest, title: "Bad request").ExecuteAsync(context);
            return;
        }

        var (id, request) = (Hash(caller.Token, key), await RequestAsync(context));
        if (await kept.ClaimAsync(id, request, time.GetUtcNow(), context.RequestAborted) is { } earlier)
        {
            await RepeatAsync(context, earlier, request);
            return;
        }

        await AnswerAsync(context, id);
    }

    // What a key stands for: the same key with another request is a mistake of the caller's.
    private static async Task<string> RequestAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        context.Request.Body.Position = 0;
        return Hash(context.Request.Method, context.Request.Path, context.Request.QueryString.ToString(), body);
    }

    private static Task RepeatAsync(HttpContext context, KeptAnswer earlier, string request)
    {
        context.Response.Headers["Idempotent-Replay"] = "true";
        var result = (earlier.Request == request, earlier.Status) switch
        {
            (false, _) => Results.Problem("This key stands for another request.", statusCode: StatusCodes.Status422UnprocessableEntity, title: "Key used before"),
            (true, null) => Results.Problem("The first request with this key is still under way.", statusCode: StatusCodes.Status409Conflict, title: "Still under way"),
            _ => Results.Text(earlier.Body ?? "", earlier.Type, statusCode: earlier.Status),
        };
        return result.ExecuteAsync(context);
    }

    private async Task AnswerAsync(HttpContext context, string id)
    {
        var wire = context.Response.Body;
        using var held = new MemoryStream();
        context.Response.Body = held;
        var answered = false;
        try
        {
            await next(context);
            answered = context.Response.StatusCode < StatusCodes.Status500InternalServerError;
        }
        finally
        {
            context.Response.Body = wire;
            await (answered
                ? kept.KeepAsync(id, new KeptAnswer("", context.Response.StatusCode, context.Response.ContentType, Encoding.UTF8.GetString(held.GetBuffer(), 0, (int)held.Length)), CancellationToken.None)
                : kept.ForgetAsync(id, CancellationToken.None));
        }

        held.Position = 0;
        await held.CopyToAsync(wire, context.RequestAborted);
    }

    private static string Hash(params string[] parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
}
