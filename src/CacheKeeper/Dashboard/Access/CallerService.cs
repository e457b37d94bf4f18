using System.Text.Encodings.Web;
using CacheKeeper.Dashboard.Api;
using CacheKeeper.Dashboard.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace CacheKeeper.Dashboard.Access;

/// <summary>Tells who a request comes from: a bearer token, or the session cookie. An address, loopback included, is nobody.</summary>
internal sealed class CallerService(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, AccessStore access, SessionStore sessions, AccessPolicy policy, GuessService guesses, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string Name = "keeper";

    /// <summary>Sent by the page's own refreshes, which do not keep a session alive.</summary>
    public const string RefreshHeader = "X-CacheKeeper-Refresh";

    private const string Bearer = "Bearer ";

    /// <summary>Over TLS the browser itself holds the cookie to this host, path and scheme.</summary>
    public static string CookieName(HttpRequest request) => request.IsHttps ? "__Host-cachekeeper" : "cachekeeper";

    /// <summary>The token shown with a request; null when none is.</summary>
    public static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var shown && shown.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? shown[Bearer.Length..].Trim() : null;

    public static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var caller = Request.Headers.Authorization.Count > 0 ? await BearerAsync() : await CookieAsync();
        return caller is null ? AuthenticateResult.NoResult() : AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Name), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (IsForPrograms(Request) || !HttpMethods.IsGet(Request.Method))
        {
            Response.Headers.WWWAuthenticate = "Bearer";
            return Results.Problem("Show a token (Authorization: Bearer …) or sign in.", statusCode: StatusCodes.Status401Unauthorized, title: "Not signed in").ExecuteAsync(Context);
        }

        Response.Redirect("/sign-in?return=" + Uri.EscapeDataString(Request.Path + Request.QueryString));
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Logger.LogWarning("{Caller} may not {Method} {Path}", Caller.Of(Context.User)?.Token, Request.Method, Request.Path.ToUriComponent());
        return ProblemEndpoints.Answer(Context, StatusCodes.Status403Forbidden, "Not allowed", "This role may not do that.").ExecuteAsync(Context);
    }

    // Only a page sends its reader to the sign-in; a program is told.
    private static bool IsForPrograms(HttpRequest request) => request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/metrics");

    private async Task<Caller?> BearerAsync()
    {
        var address = Address(Context);
        if (TokenOf(Request) is not { } token || guesses.IsLocked(address))
        {
            return null;
        }

        var caller = await access.FindTokenAsync(token, time.GetUtcNow(), Context.RequestAborted);
        if (caller is null)
        {
            guesses.Wrong(address);
        }

        return caller;
    }

    private async Task<Caller?> CookieAsync()
    {
        var uses = !Request.Headers.ContainsKey(RefreshHeader) && !Request.Path.StartsWithSegments("/api/events");
        return Request.Cookies[CookieName(Request)] is { Length: > 0 and < 200 } cookie && await sessions.FindAsync(cookie, uses, time.GetUtcNow(), policy, Context.RequestAborted) is { } session
            ? session.CallerFor(VisitHost.Asked(Request), [.. Context.RequestServices.GetRequiredService<ProjectList>().All.Select(keeper => keeper.Project)])
            : null;
    }
}
