using System.Net.Http.Headers;
using CacheKeeper.Dashboard;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CacheKeeper.Verify.Security;

/// <summary>The page and the API on a real server of this machine, with the settings given and a state of their own.</summary>
internal sealed class WebPlace : IAsyncDisposable
{
    private readonly string _folder;
    private readonly WebApplication _app;
    private readonly IReadOnlyList<KeeperHost> _keepers;
    private readonly List<HttpClient> _clients = [];

    private WebPlace(string folder, StateStore state, IReadOnlyList<KeeperHost> keepers, WebApplication app) => (_folder, State, _keepers, _app) = (folder, state, keepers, app);

    public StateStore State { get; }

    public IReadOnlyList<KeeperHost> Keepers => _keepers;

    public string Folder => _folder;

    public AccessStore Access => _app.Services.GetRequiredService<AccessStore>();

    public SessionStore Sessions => _app.Services.GetRequiredService<SessionStore>();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Every route with its method and right; null is open to all.</summary>
    public IReadOnlyList<WebRoute> Routes =>
    [
        .. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method =>
            new WebRoute(method, endpoint.RoutePattern.RawText!, endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy, endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null))),
    ];

    public static async Task<WebPlace> StartAsync(ILoggerProvider? logs, CancellationToken cancellationToken, params KeeperSettings[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-verify-").FullName;
        var state = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
        KeeperSettings[] chosen = settings.Length > 0 ? settings : [new KeeperSettings { Project = "one" }, new KeeperSettings { Project = "two" }];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (logs is not null)
        {
            builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        }

        using var factory = LoggerFactory.Create(logging => logging.ClearProviders());
        var keepers = chosen.Select(one => KeeperHost.Open(one, state, TimeProvider.System, factory)).ToList();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDashboard(keepers);
        var app = builder.Build();
        app.MapDashboard();
        await app.StartAsync(cancellationToken);
        return new WebPlace(folder, state, keepers, app);
    }

    public HttpClient Anonymous()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        _clients.Add(client);
        return client;
    }

    public async Task<HttpClient> WithTokenAsync(Role role, string? project, CancellationToken cancellationToken)
    {
        var (_, text) = await Access.CreateAsync("verify", role, project is null ? null : [project], DateTimeOffset.UtcNow, null, setup: false, cancellationToken);
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", text);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _app.DisposeAsync();
        foreach (var keeper in _keepers)
        {
            await keeper.DisposeAsync();
        }

        await State.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>A route of the table.</summary>
internal sealed record WebRoute(string Method, string Path, string? Right, bool IsOpen)
{
    public string Name => $"{Method} {Path}";

    /// <summary>A path that the route takes, of something that does not exist.</summary>
    public string Example => System.Text.RegularExpressions.Regex.Replace(Path, @"\{(\w+)\}", match => match.Groups[1].Value switch { "run" => "run-2026-01-01-0001", "plan" => "plan-1", "id" => "token-1", "tier" => "upstash", "name" => "hit_ratio", var other => other });
}
