using CacheKeeper.Dashboard.Access;
using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Signing in with the set-up link or a token, and out.</summary>
internal static class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/setup", (TimeProvider time) => Show(true, null, "/", time.GetUtcNow())).AllowAnonymous();
        routes.MapPost("/setup", (HttpContext context, AccessStore access, AccessPolicy policy, GuessService guesses, AccessAuditService audit, TimeProvider time, CancellationToken cancellationToken) =>
            SignInAsync(new Desk(context, access, policy, guesses, audit, time), setup: true, cancellationToken)).AllowAnonymous();
        routes.MapGet("/sign-in", (HttpContext context, TimeProvider time) => Show(false, null, Back(context.Request.Query["return"]), time.GetUtcNow())).AllowAnonymous();
        routes.MapPost("/sign-in", (HttpContext context, AccessStore access, AccessPolicy policy, GuessService guesses, AccessAuditService audit, TimeProvider time, CancellationToken cancellationToken) =>
            SignInAsync(new Desk(context, access, policy, guesses, audit, time), setup: false, cancellationToken)).AllowAnonymous();
        routes.MapPost("/sign-out", SignOutAsync).AllowAnonymous();
    }

    /// <summary>Only a path of our own is gone back to.</summary>
    public static string Back(string? wanted) => wanted is ['/', ..] && !wanted.StartsWith("//", StringComparison.Ordinal) && !wanted.Contains('\\') && !wanted.Any(char.IsControl) ? wanted : "/";

    private static IResult Show(bool setup, string? mistake, string back, DateTimeOffset now, int status = StatusCodes.Status200OK) => Results.Text(
        new Frame(setup ? "First sign-in" : "Sign in", "", "", [], null, now).Around(SignInPage.Of(setup, mistake, back)).Markup, "text/html; charset=utf-8", statusCode: status);

    private static async Task<IResult> SignInAsync(Desk desk, bool setup, CancellationToken cancellationToken)
    {
        var (context, address) = (desk.Context, CallerService.Address(desk.Context));
        if (!context.Request.HasFormContentType)
        {
            return Results.Problem("Send a form with the field token.", statusCode: StatusCodes.Status400BadRequest, title: "Bad request");
        }

        var form = await context.Request.ReadFormAsync(cancellationToken);
        var (now, back) = (desk.Time.GetUtcNow(), Back(form["return"]));
        if (desk.Guesses.IsLocked(address))
        {
            return Show(setup, $"Too many wrong tokens from this address. Wait {desk.Policy.LockFor.TotalMinutes:0} minutes.", back, now, StatusCodes.Status429TooManyRequests);
        }

        if (await desk.Access.SignInAsync(form["token"].ToString().Trim(), setup, now, desk.Policy, cancellationToken) is not { } cookie)
        {
            desk.Guesses.Wrong(address);
            await desk.Audit.NoteAsync(context, new AuditEntryDraft(Word(setup), "the page", "refused", Detail: "Wrong, used or expired token."));
            return Show(setup, "That token does not open this.", back, now, StatusCodes.Status401Unauthorized);
        }

        desk.Guesses.Right(address);
        var caller = (await desk.Access.FindSessionAsync(cookie, uses: false, now, desk.Policy, cancellationToken))!;
        await desk.Audit.NoteAsync(context, new AuditEntryDraft(Word(setup), "the page", "done", new Actor($"{caller.Name} ({caller.Token})", $"page, {address}")));
        context.Response.Cookies.Append(CallerService.CookieName(context.Request), cookie, Options(context));
        return new SeeOther(back);
    }

    private static string Word(bool setup) => setup ? "first-sign-in" : "sign-in";

    private static async Task<IResult> SignOutAsync(HttpContext context, AccessStore access, AccessAuditService audit, CancellationToken cancellationToken)
    {
        var name = CallerService.CookieName(context.Request);
        if (context.Request.Cookies[name] is { } cookie)
        {
            await access.SignOutAsync(cookie, cancellationToken);
            await audit.NoteAsync(context, new AuditEntryDraft("sign-out", "the page", "done"));
        }

        context.Response.Cookies.Delete(name, Options(context));
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return new SeeOther("/sign-in");
    }

    private static CookieOptions Options(HttpContext context) => new() { HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };

    private sealed record Desk(HttpContext Context, AccessStore Access, AccessPolicy Policy, GuessService Guesses, AccessAuditService Audit, TimeProvider Time);
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
