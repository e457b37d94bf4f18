using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Access.OpenId;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Dashboard.Commands;
using CacheKeeper.Dashboard.Hooks;
using CacheKeeper.Dashboard.Live;
using CacheKeeper.Dashboard.Pages;
using Microsoft.AspNetCore.Authentication;

namespace CacheKeeper.Dashboard;

/// <summary>The page and the API, as the daemon takes them up: a line for their parts, a line for their routes.</summary>
internal static class DashboardHost
{
    public static void AddDashboard(this IServiceCollection services, IReadOnlyList<KeeperHost> keepers)
    {
        services.AddSingleton(new ProjectList(keepers));
        services.AddSingleton(keepers[0].Settings.Web.Access);
        services.AddSingleton(keepers[0].Settings.Web.Live);
        services.AddSingleton(new AccessStore(keepers[0].State));
        services.AddSingleton(new SessionStore(keepers[0].State));
        services.AddSingleton(keepers[0].Audit);
        services.AddSingleton<AccessAuditService>();
        services.AddSingleton(new IdempotencyStore(keepers[0].State));
        services.AddSingleton<GuessService>();
        services.AddSingleton<HookRateService>();
        services.AddSingleton<LiveService>();
        services.AddSingleton<ChangeService>();
        services.AddSingleton<CommandService>();
        services.AddProblemDetails();
        AddCallers(services, keepers[0].Settings.Web);
        var authorization = services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
        foreach (var (right, roles) in Rights.Roles)
        {
            authorization.AddPolicy(right, policy => policy.RequireAuthenticatedUser().RequireRole(roles.Select(role => role.ToString())));
        }
    }

    // AddAuthentication would also bring keys for protected cookies, written to the home folder at the start. Our cookie is a random number that the state knows: no keys, no files.
    private static void AddCallers(IServiceCollection services, WebSettings web)
    {
        services.AddWebEncoders();
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = CallerService.Name);
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, CallerService>(CallerService.Name, null).AddOpenId(web.OpenId, web.Access);
    }

    /// <summary>Every route of the page and the API; each names its right or says that it is open. A route that does neither is closed to all.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        app.UseMiddleware<GateService>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<EntityTagService>();
        app.UseMiddleware<IdempotencyService>();
        MetricsEndpoints.Map(app);
        RunEndpoints.Map(app);
        PlanEndpoints.Map(app);
        TokenEndpoints.Map(app);
        SessionEndpoints.Map(app);
        CommandEndpoints.Map(app);
        ResourceEndpoints.Map(app);
        DescriptionEndpoints.Map(app);
        EventEndpoints.Map(app);
        AssetEndpoints.Map(app);
        SignInEndpoints.Map(app);
        OpenIdEndpoints.Map(app);
        AcknowledgeEndpoints.Map(app);
        PageEndpoints.Map(app);
        RoomPageEndpoints.Map(app);
        BackupEndpoints.Map(app);
        AdviceEndpoints.Map(app);
        ActionEndpoints.Map(app);
        EntryActionEndpoints.Map(app);
        HookEndpoints.Map(app);
        ProblemEndpoints.Map(app);
        app.Lifetime.ApplicationStarted.Register(() => _ = AnnounceAsync(app));
    }

    /// <summary>What to open at the first start, once the address is known; null when somebody has signed in before.</summary>
    public static async Task<string?> SetupLinkAsync(KeeperHost keeper, string address, CancellationToken cancellationToken) =>
        await new AccessStore(keeper.State).NewSetupAsync(keeper.Time.GetUtcNow(), keeper.Settings.Web.Access, cancellationToken) is { } token ? $"{address.TrimEnd('/')}/setup#{token}" : null;

    // Printed, not logged: whoever starts the keeper sees it, no log collector keeps it on purpose. It works once and for a day.
    private static async Task AnnounceAsync(WebApplication app)
    {
        var keeper = app.Services.GetRequiredService<ProjectList>().All[0];
        if (app.Urls.FirstOrDefault() is { } address && await SetupLinkAsync(keeper, address, app.Lifetime.ApplicationStopping) is { } link)
        {
            await Console.Error.WriteLineAsync($"First sign-in, works once: {link}");
        }
    }
}
