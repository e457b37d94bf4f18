using System.Net.Sockets;
using CacheKeeper.Sandbox.Redis;
using Microsoft.AspNetCore.Http.Features;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>Takes HTTP requests apart, runs their commands and answers in Upstash's shapes; every body is JSON unless RESP2 was asked for.</summary>
internal sealed class UpstashRequests(UpstashFrontSettings settings, RespPool pool, CancellationToken stopping)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "HEAD"];

    private readonly UpstashTokens tokens = new(settings.Token, settings.ReadOnlyToken);
    private readonly EventStreams streams = new(pool.EndPoint, stopping);
    private readonly SyncToken sync = new();

    public UpstashUsage Usage { get; } = new();

    public bool Full { get; set; }

    /// <summary>Lets only the standard token through to the sandbox's own endpoints.</summary>
    public Task GuardAsync(HttpContext context, RequestDelegate next) =>
        tokens.Judge(context) == TokenKind.Standard ? next(context) : UpstashAnswer.ErrorAsync(context, 401, UpstashTokens.Refusal);

    public async Task HandleAsync(HttpContext context)
    {
        Usage.Request();
        if (settings.Interfere is { } interfere && await interfere(context))
        {
            return;
        }

        context.Response.Headers["upstash-sync-token"] = sync.Next();
        if (!Methods.Contains(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD, POST, PUT";
            await UpstashAnswer.ErrorAsync(context, 405, "ERR method not allowed");
            return;
        }

        try
        {
            await AnswerAsync(context);
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException && !context.Response.HasStarted)
        {
            await UpstashAnswer.ErrorAsync(context, 500, "ERR the Redis server behind this front did not answer");
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var token = tokens.Judge(context);
        if (token == TokenKind.None)
        {
            Usage.Unauthorized();
            await UpstashAnswer.ErrorAsync(context, 401, UpstashTokens.Refusal);
        }
        else if (ReplyFormat.Read(context.Request.Headers, out var refusal) is not { } format)
        {
            await UpstashAnswer.ErrorAsync(context, 400, refusal);
        }
        else if (await RequestBody.ReadAsync(context.Request, settings.MaxRequestBytes) is not { } body)
        {
            await UpstashAnswer.ErrorAsync(context, 400, $"ERR max request size exceeded. Limit: {settings.MaxRequestBytes} bytes");
        }
        else
        {
            Usage.Body(body.Length);
            await RouteAsync(context, new GateTerms(token == TokenKind.ReadOnly, Full, settings.MaxKeyBytes), format, body);
        }
    }

    private Task RouteAsync(HttpContext context, GateTerms terms, ReplyFormat format, byte[] body)
    {
        var target = Target(context);
        var path = target.Split('?', 2)[0];
        return path switch
        {
            "/" => OneAsync(context, CommandParser.FromArray(body), terms, format),
            "/pipeline" => ManyAsync(context, CommandParser.FromArrays(body), terms, format, atomic: false),
            "/multi-exec" => ManyAsync(context, CommandParser.FromArrays(body), terms, format with { Resp = false }, atomic: true),
            _ when EventStreams.Opens(path) => StreamAsync(context, CommandParser.FromPath(path, []), terms),
            _ => OneAsync(context, CommandParser.FromPath(target, body), terms, format),
        };
    }

    private async Task OneAsync(HttpContext context, CommandBatch? batch, GateTerms terms, ReplyFormat format)
    {
        if (batch is null)
        {
            await UpstashAnswer.ErrorAsync(context, 400, "ERR failed to parse command: a JSON array of strings, numbers and booleans was expected");
            return;
        }

        using var limit = new CancellationTokenSource(settings.CommandLimit);
        using var replies = await new CommandRunner(pool, Usage).RunAsync(batch, terms, limit.Token);
        await UpstashAnswer.OneAsync(context, replies[0], format);
    }

    private async Task ManyAsync(HttpContext context, CommandBatch? batch, GateTerms terms, ReplyFormat format, bool atomic)
    {
        if (batch is null || batch.Count == 0)
        {
            var what = atomic ? "transaction" : "pipeline";
            await UpstashAnswer.ErrorAsync(context, 400, batch is null
                ? $"ERR failed to parse {what} request: a JSON array of command arrays was expected"
                : $"ERR empty {what} request");
            return;
        }

        using var limit = new CancellationTokenSource(settings.CommandLimit);
        var runner = new CommandRunner(pool, Usage);
        using var replies = await (atomic ? runner.RunAtomicAsync(batch, terms, limit.Token) : runner.RunAsync(batch, terms, limit.Token));
        await (replies.Discarded is { } discarded
            ? UpstashAnswer.OneAsync(context, discarded, format)
            : UpstashAnswer.ManyAsync(context, replies, format));
    }

    private async Task StreamAsync(HttpContext context, CommandBatch batch, GateTerms terms)
    {
        if (terms.ReadOnly)
        {
            var name = batch[0].Name.ToLowerInvariant();
            await UpstashAnswer.ErrorAsync(context, 400, $"NOPERM this user has no permissions to run the '{name}' command or its subcommand");
            return;
        }

        Usage.StreamOpened();
        try
        {
            await streams.ServeAsync(context, batch[0]);
        }
        finally
        {
            Usage.StreamClosed();
        }
    }

    // The raw target keeps %2F and %FF apart from / and text; an absolute form loses its scheme and host.
    private static string Target(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var scheme = raw.StartsWith('/') ? -1 : raw.IndexOf("://", StringComparison.Ordinal);
        var path = scheme < 0 ? 0 : raw.IndexOf('/', scheme + 3);
        return path < 0 ? "/" : raw[path..];
    }
}
