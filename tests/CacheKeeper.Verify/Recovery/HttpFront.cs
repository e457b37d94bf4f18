using CacheKeeper.Sandbox.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CacheKeeper.Verify.Recovery;

/// <summary>A small HTTP server in front of another: passes everything on, until it is told to be sick.</summary>
internal sealed class HttpFront : IAsyncDisposable
{
    private static readonly HttpClient Onward = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(30) };

    private readonly WebApplication _app;
    private readonly Uri _target;

    private HttpFront(WebApplication app, Uri target) => (_app, _target) = (app, target);

    public TierFault? Fault { get; set; }

    public Uri Url => new(_app.Urls.First());

    public static async Task<HttpFront> StartAsync(string target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var front = new HttpFront(builder.Build(), new Uri(target));
        front._app.Run(front.AnswerAsync);
        await front._app.StartAsync();
        return front;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (await HttpFaults.InterfereAsync(Fault, context))
        {
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_target, context.Request.Path.ToUriComponent() + context.Request.QueryString));
        request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers.Where(header => header.Key is not ("Host" or "Connection")))
        {
            _ = request.Headers.TryAddWithoutValidation(name, values.ToArray()) || request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        try
        {
            using var answer = await Onward.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            context.Abort();
        }
    }
}
