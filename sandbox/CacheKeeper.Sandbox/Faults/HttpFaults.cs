namespace CacheKeeper.Sandbox.Faults;

/// <summary>What a sick HTTP service does instead of answering.</summary>
internal static class HttpFaults
{
    /// <summary>True when the fault gave the answer (or none); false when the request is to go on.</summary>
    public static async Task<bool> InterfereAsync(TierFault? fault, HttpContext context)
    {
        switch (fault?.Name)
        {
            case TierFault.Refuse or TierFault.Reset:
                context.Abort();
                return true;
            case TierFault.Slow:
                await Task.Delay(fault.Delay, context.RequestAborted);
                return false;
            case TierFault.Half:
                await UntilAbortedAsync(context);
                return true;
            case TierFault.Unauthorized:
                await AnswerAsync(context, 401, "application/json", """{"error":"WRONGPASS invalid or missing auth token","detail":"invalid credentials"}""");
                return true;
            case TierFault.TooMany:
                context.Response.Headers.RetryAfter = "1";
                await AnswerAsync(context, 429, "application/json", """{"error":"ERR max requests limit exceeded","detail":"rate limited"}""");
                return true;
            case TierFault.Broken:
                await AnswerAsync(context, 500, "application/json", """{"error":"ERR internal error","detail":"internal error"}""");
                return true;
            case TierFault.BadGateway or TierFault.Unavailable or TierFault.GatewayTimeout:
                await AnswerAsync(context, int.Parse(fault.Name, System.Globalization.CultureInfo.InvariantCulture), "text/html", "<html><body>upstream is away");
                return true;
            case TierFault.Gzip:
                context.Response.Headers.ContentEncoding = "gzip";
                await AnswerAsync(context, 200, "application/json", "\u001f\u008b\b\0 cut off");
                return true;
            case TierFault.Garbage:
                await AnswerAsync(context, 200, "text/html", "<html><body>Welcome to the guest network. Please sign in.");
                return true;
            default:
                return false;
        }
    }

    private static async Task UntilAbortedAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The caller gave up, which is what this fault is for.
        }
    }

    private static async Task AnswerAsync(HttpContext context, int status, string contentType, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
