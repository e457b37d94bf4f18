using CacheKeeper.Dashboard;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CacheKeeper;

/// <summary>The daemon: scheduler, page and API in one process. Rooms add a line to <see cref="AddKeeper"/> and to <see cref="MapKeeper"/>.</summary>
internal static class DaemonHost
{
    /// <summary>The web host, built and not yet started.</summary>
    public static WebApplication Create(ProjectsHost projects, string urls, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            Secure(server, projects.Default.Settings.Web.Tls, projects.Time);
        });
        builder.Services.AddSingleton(logs);
        AddKeeper(builder.Services, projects);
        var app = builder.Build();
        MapKeeper(app);
        return app;
    }

    // Which versions of TLS: as the system is set, never one that it has given up. The files are read again each hour, so that a renewed certificate needs no restart.
    private static void Secure(KestrelServerOptions server, TlsSettings tls, TimeProvider time)
    {
        if (tls.Certificate is null)
        {
            return;
        }

        var certificate = new CertificateStore(tls, time);
        certificate.Current();
        server.ConfigureHttpsDefaults(https => https.ServerCertificateSelector = (_, _) => certificate.Current());
    }

    /// <summary>What the daemon is made of.</summary>
    public static void AddKeeper(IServiceCollection services, ProjectsHost projects)
    {
        services.AddSingleton(projects);
        services.AddSingleton(projects.Time);
        services.AddDashboard(projects.All);
        services.AddTelemetry();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = projects.Default.Settings.Scheduling.StopWithin + TimeSpan.FromSeconds(5));
        services.AddHostedService<KeeperService>();
        services.AddHostedService<AuditCareService>();
    }

    /// <summary>What the daemon answers.</summary>
    public static void MapKeeper(WebApplication app)
    {
        app.MapDashboard();
        app.MapTelemetry();
        app.MapGet("/healthz", () => Results.Text("alive\n")).AllowAnonymous();
        app.MapGet("/readyz", ReadyAsync).AllowAnonymous();
    }

    // Ready means: the keeper's own state answers. The tiers' health is another question (health check).
    private static async Task<IResult> ReadyAsync(ProjectsHost projects, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            await projects.State.FindAsync<long>("SELECT 1", null, limit.Token);
            return Results.Text("ready\n");
        }
        catch (Exception e) when (e is System.Data.Common.DbException or OperationCanceledException)
        {
            return Results.Text("the keeper's own state does not answer\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
