using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Access.OpenId;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Signing in with the set-up link or a token, and out.</summary>
internal static class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/setup", (OpenIdSettings provider, TimeProvider time) => Show(new View(true, "/", provider, time.GetUtcNow()), null)).AllowAnonymous();
        routes.MapPost("/setup", (HttpContext context, AccessStore access, AccessPolicy policy, GuessService guesses, AccessAuditService audit, TimeProvider time, CancellationToken cancellationToken) =>
            SignInAsync(new Desk(context, access, policy, guesses, audit, time), setup: true, cancellationToken)).AllowAnonymous();
        routes.MapGet("/sign-in", (HttpContext context, OpenIdSettings provider, TimeProvider time) => Show(new View(false, Back(context.Request.Query["return"]), provider, time.GetUtcNow()), null)).AllowAnonymous();
        routes.MapPost("/sign-in", (HttpContext context, AccessStore access, AccessPolicy policy, GuessService guesses, AccessAuditService audit, TimeProvider time, CancellationToken cancellationToken) =>
            SignInAsync(new Desk(context, access, policy, guesses, audit, time), setup: false, cancellationToken)).AllowAnonymous();
        routes.MapPost("/sign-out", SignOutAsync).AllowAnonymous();
    }

    /// <summary>Only a path of our own is gone back to.</summary>
    public static string Back(string? wanted) => wanted is ['/', ..] && !wanted.StartsWith("//", StringComparison.Ordinal) && !wanted.Contains('\\') && !wanted.Any(char.IsControl) ? wanted : "/";

    /// <summary>From where a session begins.</summary>
    public static SessionOrigin OriginOf(HttpContext context) => SessionOrigin.Of(CallerService.Address(context), context.Request.Headers.UserAgent.ToString());

    /// <summary>Gives the browser its session.</summary>
    public static void SetCookie(HttpContext context, string cookie) => context.Response.Cookies.Append(CallerService.CookieName(context.Request), cookie, Options(context));

    private static IResult Show(View view, string? mistake, int status = StatusCodes.Status200OK) => Results.Text(
        new Frame(view.Setup ? "First sign-in" : "Sign in", "", "", [], null, view.Now).Around(SignInPage.Of(view.Setup, mistake, view.Back, view.Provider)).Markup, "text/html; charset=utf-8", statusCode: status);

    private static async Task<IResult> SignInAsync(Desk desk, bool setup, CancellationToken cancellationToken)
    {
        var (context, address) = (desk.Context, CallerService.Address(desk.Context));
        if (!context.Request.HasFormContentType)
        {
            return Results.Problem("Send a form with the field token.", statusCode: StatusCodes.Status400BadRequest, title: "Bad request");
        }

        var form = await context.Request.ReadFormAsync(cancellationToken);
        var now = desk.Time.GetUtcNow();
        var view = new View(setup, Back(form["return"]), context.RequestServices.GetRequiredService<OpenIdSettings>(), now);
        if (desk.Guesses.IsLocked(address))
        {
            return Show(view, $"Too many wrong tokens from this address. Wait {desk.Policy.LockFor.TotalMinutes:0} minutes.", StatusCodes.Status429TooManyRequests);
        }

        if (await desk.Access.SignInAsync(form["token"].ToString().Trim(), setup, OriginOf(context), now, desk.Policy, cancellationToken) is not { } cookie)
        {
            desk.Guesses.Wrong(address);
            await desk.Audit.NoteAsync(context, new AuditEntryDraft(Word(setup), "the page", "refused", Detail: "Wrong, used or expired token."));
            return Show(view, "That token does not open this.", StatusCodes.Status401Unauthorized);
        }

        desk.Guesses.Right(address);
        var session = (await context.RequestServices.GetRequiredService<SessionStore>().FindAsync(cookie, uses: false, now, desk.Policy, cancellationToken))!;
        await desk.Audit.NoteAsync(context, new AuditEntryDraft(Word(setup), "the page", "done", new Actor($"{session.Name} ({session.Owner})", $"page, {address}")));
        SetCookie(context, cookie);
        return new SeeOther(view.Back);
    }

    private static string Word(bool setup) => setup ? "first-sign-in" : "sign-in";

    private static async Task<IResult> SignOutAsync(HttpContext context, SessionStore sessions, AccessAuditService audit, CancellationToken cancellationToken)
    {
        var name = CallerService.CookieName(context.Request);
        if (context.Request.Cookies[name] is { } cookie)
        {
            await sessions.SignOutAsync(cookie, cancellationToken);
            await audit.NoteAsync(context, new AuditEntryDraft("sign-out", "the page", "done"));
        }

        context.Response.Cookies.Delete(name, Options(context));
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return new SeeOther("/sign-in");
    }

    private static CookieOptions Options(HttpContext context) => new() { HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };

    private sealed record Desk(HttpContext Context, AccessStore Access, AccessPolicy Policy, GuessService Guesses, AccessAuditService Audit, TimeProvider Time);

    private sealed record View(bool Setup, string Back, OpenIdSettings Provider, DateTimeOffset Now);
}

/// <summary>After a form was posted: look there (303), so that a reload posts nothing again.</summary>
internal sealed record SeeOther(string Where) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = Where;
        return Task.CompletedTask;
    }
}
