using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CacheKeeper.Verify.Alerts;

/// <summary>An HTTP receiver on a free loopback port; the function given answers with a status.</summary>
internal sealed class FlakyReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FlakyReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single() + "/hook";

    public string HostAndPort => new Uri(_app.Urls.Single()).Authority;

    public static async Task<FlakyReceiver> StartAsync(Func<HttpContext, Task<int>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context => context.Response.StatusCode = await answer(context));
        await app.StartAsync();
        return new FlakyReceiver(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
