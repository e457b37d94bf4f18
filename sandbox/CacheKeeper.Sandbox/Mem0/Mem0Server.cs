using System.Net;
using CacheKeeper.Sandbox.Mem0.Endpoints;
using CacheKeeper.Sandbox.Mem0.SelfHosted;
using CacheKeeper.Sandbox.Mem0.Storage;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>A Mem0-compatible server on a loopback port, its memories on disk.</summary>
internal sealed class Mem0Server : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication application;
    private readonly Mem0Service service;

    private Mem0Server(WebApplication application, Mem0Service service)
    {
        this.application = application;
        this.service = service;
    }

    /// <summary><c>http://127.0.0.1:PORT</c>, what goes into MEM0_HOST.</summary>
    public string Url => application.Urls.Single();

    /// <summary>Requests since the start, refused ones included, the sandbox's own not.</summary>
    public long Requests => service.Usage.Requests;

    /// <summary>How many memories are stored, hidden ones included.</summary>
    public int Memories => service.Store.Memories.Count;

    public static async Task<Mem0Server> StartAsync(Mem0ServerSettings settings, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(IPAddress.Loopback, settings.Port);
        });
        var application = builder.Build();
        var store = new Mem0Store(settings.Folder, settings.Time);
        var server = new Mem0Server(application, new(settings, store, new Mem0EventQueue(store), new Mem0Usage()));
        try
        {
            server.Map();
            await OrganizationEndpoints.SeedAsync(store, cancellationToken);
            server.service.Events.Start();
            await application.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until all work accepted with an event is done.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken) => service.Events.WhenIdleAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(StopLimit);
        await application.StopAsync(limit.Token);
        await application.DisposeAsync();
        await service.Events.DisposeAsync();
        await service.Store.DisposeAsync();
    }

    private void Map()
    {
        var gate = new RequestGate(service.Settings, service.Usage);
        if (service.Settings.Flavour == Mem0ServerFlavour.SelfHosted)
        {
            var log = new SelfHostedRequestLog(service.Settings.Time);
            application.Use(log.PassAsync);
            application.Use(gate.PassAsync);
            SelfHostedServer.Map(application, service, log);
        }
        else
        {
            application.Use(gate.PassAsync);
            MapPlatform();
        }

        new MarkEndpoints(service).Map(application);
    }

    private void MapPlatform()
    {
        PingEndpoints.Map(application);
        new AddEndpoints(service).Map(application);
        new ListEndpoints(service).Map(application);
        new SearchEndpoints(service).Map(application);
        new MemoryEndpoints(service).Map(application);
        new BatchEndpoints(service).Map(application);
        new EventEndpoints(service).Map(application);
        new EntityEndpoints(service).Map(application);
        new ExportEndpoints(service).Map(application);
        new AccountEndpoints(service).Map(application);
        new OrganizationEndpoints(service).Map(application);
        new WebhookEndpoints(service).Map(application);
        new ProfileEndpoints(service).Map(application);
    }
}
