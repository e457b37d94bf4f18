using System.Net;
using System.Text.Json;
using CacheKeeper.Sandbox.Redis;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>An Upstash-compatible REST service on a loopback port in front of a Redis server.</summary>
internal sealed class UpstashFront : IAsyncDisposable
{
    // Keys travel in the path too, three characters a byte.
    private const int MaxLineBytes = 1024 * 1024;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication application;
    private readonly RespPool pool;
    private readonly UpstashRequests requests;

    private UpstashFront(WebApplication application, RespPool pool, UpstashRequests requests)
    {
        this.application = application;
        this.pool = pool;
        this.requests = requests;
    }

    /// <summary><c>http://127.0.0.1:PORT</c>, what goes into UPSTASH_REDIS_REST_URL.</summary>
    public string Url => application.Urls.Single();

    public UpstashUsageSnapshot Usage => requests.Usage.Snapshot;

    /// <summary>While true, writes are refused as by a full database; reads and removals still work.</summary>
    public bool Full
    {
        get => requests.Full;
        set => requests.Full = value;
    }

    public static async Task<UpstashFront> StartAsync(UpstashFrontSettings settings, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => Listen(options, settings.Port));
        var application = builder.Build();
        var pool = new RespPool(settings.Redis, settings.Connections);
        var requests = new UpstashRequests(settings, pool, application.Lifetime.ApplicationStopping);
        Map(application, settings, requests);
        var front = new UpstashFront(application, pool, requests);
        try
        {
            await application.StartAsync(cancellationToken);
            return front;
        }
        catch
        {
            await front.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(StopLimit);
        await application.StopAsync(limit.Token);
        await application.DisposeAsync();
        await pool.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions options, int port)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MaxRequestLineSize = MaxLineBytes;
        options.Limits.MaxRequestBufferSize = 2 * MaxLineBytes;
        options.Listen(IPAddress.Loopback, port);
    }

    // The sandbox's own endpoints are routes; everything else is a command, whatever its path says.
    private static void Map(WebApplication application, UpstashFrontSettings settings, UpstashRequests requests)
    {
        application.UseRouting();
        application.Use((context, next) => context.GetEndpoint() is null ? requests.HandleAsync(context) : requests.GuardAsync(context, next));
        application.MapGet("/sandbox/usage", () => Results.Text(Describe(requests.Usage.Snapshot), "application/json"));
        settings.MapMore?.Invoke(application);
    }

    private static string Describe(UpstashUsageSnapshot usage) => JsonSerializer.Serialize(usage, UsageJson);

    private static readonly JsonSerializerOptions UsageJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
